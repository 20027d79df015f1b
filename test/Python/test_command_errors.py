# ===- test_command_errors.py - commands say what is wrong with their input --===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Each command of the package, on input that it cannot take: one line, exit status 1, no file.

test_convert_checkpoint.py has convert_checkpoint, Frontends/Torch/test_cli.py the importer.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from structlin.tools import build_folder

PACKAGES = Path(__file__).resolve().parents[2] / "python"


def run(command, folder, **variables):
    environment = {**os.environ, "STRUCTLIN_BUILD": str(build_folder()), "PYTHONPATH": str(PACKAGES), **variables}
    return subprocess.run([sys.executable, "-m", *command.split()], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=120)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A page without sections, a file, and what `scale` left of another model."""
    (tmp_path / "page.md").write_text("# Models\n")
    (tmp_path / "file").write_text("")
    (tmp_path / "other/weights").mkdir(parents=True)
    (tmp_path / "other/model.mlir").write_text("module {}\n")
    (tmp_path / "other/weights/model.safetensors.index.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize("command, variables, message", [
    ("structlin.demo --output out", {"STRUCTLIN_BUILD": "/none"},
     "no /none/bin/structlin-opt: build first (scripts/build.sh)"),
    ("structlin.demo --output file", {}, "file: File exists"),
    ("structlin.demo --model minilm --output out", {"STRUCTLIN_TORCH_PYTHON": "/none/python"},
     "expected a Python in STRUCTLIN_TORCH_PYTHON, got /none/python"),
    ("structlin.demo --model minilm --page none.md", {}, "none.md: No such file or directory"),
    ("structlin.demo --model minilm --page page.md", {},
     "page.md: expected the line '<!-- begin generated: minilm -->' once, got it 0 times"),
    ("structlin.scale --document page.md", {},
     "page.md: expected the line '<!-- begin generated: scale -->' once, got it 0 times"),
    ("structlin.scale --tiny --output file", {}, "file: File exists"),
    ("structlin.scale --tiny --output out", {"STRUCTLIN_BUILD": "/none"},
     "/none/bin/structlin-opt: No such file or directory"),
    ("structlin.scale --tiny --output other", {},
     "other/model.mlir: expected the model that the options describe, got another one; "
     "name another folder with --output, or remove this one"),
])  # fmt: skip
def test_negative_input(command, variables, message, folder):
    before = {path.relative_to(folder) for path in folder.rglob("*")}
    done = run(command, folder, **variables)
    assert done.returncode == 1
    assert done.stderr == f"error: {message}\n"
    made = {path.relative_to(folder) for path in folder.rglob("*")} - before
    assert all(path.parts[0] == "out" for path in made)


@pytest.mark.parametrize("option, message", [
    ("--kills -1", "expected a number of kills of at least 0, got -1"),
    ("--tokens 0", "expected a sequence of at least 1 token, got 0"),
])  # fmt: skip
def test_negative_options_of_scale(option, message, folder):
    done = run(f"structlin.scale --tiny {option}", folder)
    assert done.returncode == 2 and done.stderr.endswith(f"error: {message}\n")


@pytest.mark.parametrize("name", ["demo", "scale", "convert_checkpoint", "import_torch"])
def test_help_names_the_command(name, folder):
    done = run(f"structlin.{name} --help", folder)
    assert done.returncode == 0 and done.stdout.startswith(f"usage: python -m structlin.{name} ")
