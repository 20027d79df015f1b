# ===- measure.py - time and memory of a tool ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Two numbers for memory: all that was resident, pages of mapped files included,
# as the system counts it; and what was the process's own, from samples.
#
# ===----------------------------------------------------------------------===//
"""Runs a command and says what it took, and on which machine."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Usage:
    """What a process took; memory in bytes, times in seconds."""

    status: int
    wall: float
    cpu: float
    # Resident at most, with the pages of mapped files (ru_maxrss).
    peak_resident: int
    # Anonymous memory at most, as seen every 50 ms.
    peak_anonymous: int


def _anonymous(pid: int) -> int:
    """The anonymous memory of a process now, 0 if it cannot be read."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in text.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "Anonymous:"), 0)


def measure(command: list, log: Path, interval: float = 0.05) -> Usage:
    """Runs `command`, its output going to `log`."""
    start, anonymous = time.monotonic(), 0
    with open(log, "wb") as file:
        process = subprocess.Popen([*map(str, command)], stdout=file, stderr=subprocess.STDOUT)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        anonymous = max(anonymous, _anonymous(process.pid))
        time.sleep(interval)
    # The process is gone; Popen must not wait for it again.
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(process.returncode, time.monotonic() - start, usage.ru_utime + usage.ru_stime,
                 usage.ru_maxrss * 1024, anonymous)  # fmt: skip


def machine(features: tuple[str, ...] = ()) -> str:
    """The processor's name, the cores that this process may use, and which of the
    `features` (names of /proc/cpuinfo) it has."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    fields = [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in text.splitlines())]
    name = next((value for key, value in fields if key == "model name"), platform.machine())
    flags = next((value.split() for key, value in fields if key == "flags"), [])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ", ".join([name, f"{cores} core{'s' if cores != 1 else ''}", *(f for f in features if f in flags)])
