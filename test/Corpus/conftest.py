# ===- conftest.py - fixtures of the corpus tests -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Random data and upstream's results, made once per model and shared by the tests.
#
# ===----------------------------------------------------------------------===//
"""Fixtures: a work folder, the data of a model, and its dense results."""

import ctypes
import os
import shutil
from functools import cached_property

import numpy as np
import pytest

import upstream
from models import Data, attach_resources
from structlin.tools import build_folder


def pytest_collection_modifyitems(items):
    if os.environ.get("STRUCTLIN_IR_CORPUS"):
        return
    skip = pytest.mark.skip(reason="STRUCTLIN_IR_CORPUS does not name the corpus")
    for item in items:
        if "Corpus" in item.path.parts:
            item.add_marker(skip)


class DenseRun:
    """A model of the corpus with random data, compiled and run by upstream."""

    def __init__(self, model, folder, text=None):
        self.model, self.folder = model, folder
        self.data = Data(model, folder / "data", text)

    @cached_property
    def results(self):
        source = attach_resources(self.data.text, self.folder / "dense.mlir",
                                  lambda name: np.load(self.data.path(name)))  # fmt: skip
        library = self.folder / "dense.so"
        upstream.compile_library(source, library)
        return upstream.run_in_process(library, self.model.entry, self.data.arguments(),
                                       self.data.signature, self.folder / "dense")  # fmt: skip

    def widened(self):
        """The same model and the same values, with f32 in place of bf16."""
        wide = DenseRun(self.model, self.folder / "wide", self.data.text.replace("bf16", "f32"))
        for narrow, path in zip(self.inputs(), wide.data.arguments()):
            np.save(path, narrow.astype(np.float32))
        return wide

    def inputs(self):
        """The arguments' values."""
        signature = self.data.signature
        return [upstream.load_array(path, argument.type.element)
                for path, argument in zip(self.data.arguments(), signature.arguments)]  # fmt: skip


@pytest.fixture(scope="session")
def work():
    """A folder for gigabytes, removed at the end of the session."""
    folder = build_folder() / f"corpus.{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dense_run(work):
    """A function from a model to its DenseRun; only the latest is kept."""
    latest = []

    def get(model):
        if not latest or latest[0].model is not model:
            for run in latest:
                shutil.rmtree(run.folder)
            latest[:] = [DenseRun(model, work / model.name)]
        return latest[0]

    return get


@pytest.fixture
def one_set_of_kernels(monkeypatch):
    """Makes OpenBLAS's own choice of kernels that of every program.

    structlin-opt chooses others on processors that OpenBLAS does not know, and factors
    depend on the order of sums.
    """
    get_corename = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
    get_corename.restype = ctypes.c_char_p
    monkeypatch.setenv("OPENBLAS_CORETYPE", get_corename().decode())
