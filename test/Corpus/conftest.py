# ===- conftest.py - fixtures of the corpus tests -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Random data and upstream's results, made once per model and shared by the tests.
#
# ===----------------------------------------------------------------------===//
"""Fixtures: a work folder, the data of a model, and its dense results."""

import os
import shutil
from functools import cached_property

import pytest

import upstream
from models import Data


def pytest_collection_modifyitems(items):
    if os.environ.get("STRUCTLIN_IR_CORPUS"):
        return
    skip = pytest.mark.skip(reason="STRUCTLIN_IR_CORPUS does not name the corpus")
    for item in items:
        if "Corpus" in item.path.parts:
            item.add_marker(skip)


class DenseRun:
    """A model of the corpus with random data, compiled and run by upstream."""

    def __init__(self, model, folder):
        self.model, self.folder = model, folder
        self.data = Data(model, folder / "data")
        source = self.data.with_resources(folder / "dense.mlir")
        library = folder / "dense.so"
        upstream.compile_library(source, library)
        self._run = lambda: upstream.run_in_process(
            library, model.entry, self.data.arguments(), self.data.signature, folder / "dense"
        )

    @cached_property
    def results(self):
        return self._run()

    def inputs(self):
        """The arguments' values."""
        signature = self.data.signature
        return [upstream.load_array(path, argument.type.element)
                for path, argument in zip(self.data.arguments(), signature.arguments)]  # fmt: skip


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A folder for gigabytes, removed at the end of the session."""
    folder = tmp_path_factory.mktemp("corpus")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dense_run(work):
    """A function from a model to its DenseRun."""
    runs = {}

    def get(model):
        if model.name not in runs:
            runs[model.name] = DenseRun(model, work / model.name)
        return runs[model.name]

    return get
