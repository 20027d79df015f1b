# ===- conftest.py - an install tree that has been moved --------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Installs the build once for all tests of this folder, and moves the tree."""

import shutil
from pathlib import Path

import pytest

from command import run
from structlin.tools import build_folder


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    """Where the install tree is now; nothing is left where it was installed."""
    folder = tmp_path_factory.mktemp("install")
    run("cmake", "--install", build_folder(), "--prefix", folder / "first")
    moved = folder / "moved" / "here"
    moved.parent.mkdir()
    shutil.move(folder / "first", moved)
    return moved


@pytest.fixture(scope="session")
def cache():
    """The settings that the build was configured with, by name."""
    lines = Path(build_folder(), "CMakeCache.txt").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and line[0] not in "#/"]
    return {name.split(":")[0]: value for name, value in pairs}


@pytest.fixture
def model(tmp_path):
    """README's model: one layer, whose weights are tagged arguments."""
    path = tmp_path / "model.mlir"
    shutil.copy(Path(__file__).parent / "Inputs/model.mlir", path)
    return path
