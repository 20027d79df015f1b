# ===- test_tutorial_torch.py - the tutorial's part on PyTorch ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Runs the blocks of docs/Tutorial.md that need torch, as test/Docs runs the others."""

import os
import re
import subprocess
import sys
from pathlib import Path

from structlin.tools import build_folder

ROOT = Path(__file__).resolve().parents[3]
BLOCKS = re.findall(r"^```(bash|text) torch\n(.*?)^```$", (ROOT / "docs/Tutorial.md").read_text(), re.MULTILINE | re.DOTALL)


def test_commands_print_what_is_shown(tmp_path):
    environment = {
        **os.environ,
        "PATH": f"{build_folder() / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "STRUCTLIN_BUILD": str(build_folder()),
        "PYTHONPATH": str(ROOT / "python"),
    }
    printed, checked = "", 0
    for language, text in BLOCKS:
        if language == "bash":
            done = subprocess.run(["bash", "-euc", text], cwd=tmp_path, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, f"{text}\n{done.stderr[-4000:]}"
            printed = done.stdout
        else:
            shown = ".*".join(re.escape(" ".join(part.split())) for part in text.split("..."))
            assert re.search(shown, " ".join(printed.split())), f"shown:\n{text}\nprinted:\n{printed}"
            checked += 1
    assert checked == 4
