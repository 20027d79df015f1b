# ===- tools.py - calling structlin-opt and structlin-run -----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The compiler has no Python bindings: files go in and out of its tools.
#
# ===----------------------------------------------------------------------===//
"""Runs structlin's command-line tools."""

import os
import subprocess
from pathlib import Path


class ToolError(RuntimeError):
    """A tool failed; the message holds its command line and what it said."""


def build_folder() -> Path:
    """The folder whose `bin` holds the tools.

    STRUCTLIN_BUILD, or the root of the install tree that this package is in, or `build` in the
    root of the source tree.
    """
    root = Path(__file__).resolve().parents[2]
    installed = (root / "bin" / "structlin-opt").exists()
    return Path(os.environ.get("STRUCTLIN_BUILD", root if installed else root / "build"))


def run_tool(name: str, *arguments, timeout: float | None = None) -> str:
    """Runs `bin/name` of that folder; returns what it wrote to stdout.

    Raises ToolError if it is missing, fails, or takes more than `timeout` seconds.
    """
    tool = build_folder() / "bin" / name
    if not tool.exists():
        raise ToolError(f"no {tool}: build first (scripts/build.sh)")
    command = [str(tool), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{' '.join(command)}: no result after {timeout} s") from error
    if done.returncode != 0:
        raise ToolError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr[-4000:]}")
    return done.stdout
