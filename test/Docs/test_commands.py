# ===- test_commands.py - the commands in README and docs run -------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Runs the bash blocks of README.md and of the pages in docs as a reader would."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from structlin.tools import build_folder

ROOT = Path(__file__).resolve().parents[2]
# These two build, and the second one runs this test: .ci/run runs them.
START = ["scripts/demo.sh", "scripts/test.sh"]
# This one takes minutes: Python/test_minilm.py runs what it does after building.
SLOW = ["scripts/demo.sh --model minilm"]


def bash_blocks(page):
    return re.findall(r"^```bash\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_first_two_commands():
    readme = (ROOT / "README.md").read_text()
    commands = [line for line in bash_blocks(readme)[0].splitlines() if line.strip()]
    assert [command.split()[0] for command in commands] == START
    assert all(os.access(ROOT / command, os.X_OK) for command in START)


def test_slow_commands():
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{command}`" in readme for command in SLOW)


def pages_with_commands():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in pages if bash_blocks(page.read_text())]


@pytest.mark.parametrize("page", pages_with_commands(), ids=lambda page: page.name)
def test_commands(page, tmp_path):
    blocks = bash_blocks(page.read_text())
    script = "\n".join(blocks[1:] if page.name == "README.md" else blocks)
    environment = {
        **os.environ,
        "PATH": f"{build_folder() / 'bin'}:{ROOT / 'build/venv/bin'}:{os.environ['PATH']}",
        "STRUCTLIN_BUILD": str(build_folder()),
        "PYTHONPATH": str(ROOT / "python"),
    }
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment,
                          capture_output=True, text=True, timeout=600)  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
