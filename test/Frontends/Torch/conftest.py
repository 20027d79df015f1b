# ===- conftest.py - the tests that need torch ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Run by scripts/test.sh with the Python of scripts/setup_torch.sh. Where torch cannot be
# installed they are skipped; what it has exported is then tested by test/Corpus.
#
# ===----------------------------------------------------------------------===//
"""Skips these tests without torch, and keeps its threads few."""

import importlib.util
import os

import pytest

HAS_TORCH = all(importlib.util.find_spec(name) for name in ("torch", "torch_mlir", "transformers"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

if not HAS_TORCH:
    collect_ignore_glob = ["test_*.py"]


class NoTorch(pytest.Item):
    def runtest(self):
        pytest.skip("torch, torch-mlir and transformers are not installed: scripts/setup_torch.sh")

    def reportinfo(self):
        return self.path, 0, "importing from PyTorch"


class NoTorchFile(pytest.File):
    def collect(self):
        yield NoTorch.from_parent(self, name="torch")


def pytest_collect_file(file_path, parent):
    if not HAS_TORCH and file_path.name == "conftest.py":
        return NoTorchFile.from_parent(parent, path=file_path)
    return None


@pytest.fixture(autouse=True)
def reproducible():
    """The same random weights in every run; torch's threads would meet those of other tests."""
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
