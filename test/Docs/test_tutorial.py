# ===- test_tutorial.py - commands print what their pages show -------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Runs pages that show output. A block after a bash block shows what that one prints, white space aside, `...` being anything. Console blocks are not run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from structlin.tools import build_folder

ROOT = Path(__file__).resolve().parents[2]
# How many blocks of output each of them has at least.
PAGES = {"Tutorial.md": 10, "Embedding.md": 2}


def run(script, folder):
    """Runs a block as a reader would; returns what it printed."""
    environment = {
        **os.environ,
        "PATH": f"{build_folder() / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "STRUCTLIN_BUILD": str(build_folder()),
        "PYTHONPATH": str(ROOT / "python"),
    }
    done = subprocess.run(["bash", "-euc", script], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stderr[-4000:]}"
    return done.stdout


def contains(printed, shown):
    """Whether the parts of `shown` between its `...` occur in `printed` in this order."""
    printed, at = " ".join(printed.split()), 0
    for part in shown.split("..."):
        part = " ".join(part.split())
        found = printed.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_is_shown(page, tmp_path):
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / page).read_text(), re.MULTILINE | re.DOTALL)
    printed, checked = "", 0
    for language, text in blocks:
        if language == "bash":
            printed = run(text, tmp_path)
        elif language != "console":  # needs what is not installed here
            assert contains(printed, text), f"shown:\n{text}\nprinted:\n{printed[-8000:]}"
            checked += 1
    assert checked >= PAGES[page]
