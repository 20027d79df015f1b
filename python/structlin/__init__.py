# ===- __init__.py - the Python side of structlin -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Structured linear algebra for MLIR: export, compress and run models from Python.

`tools` calls the command-line tools, `classifier` trains and exports a small model,
`factors` computes a weight from its factors, `demo` shows the whole path, `import_torch`
imports models from PyTorch.
"""

import importlib


def __getattr__(name):
    # Called as structlin.import_torch(...) without an import of its own; torch is optional.
    if name == "import_torch":
        return importlib.import_module("structlin.import_torch")
    raise AttributeError(f"module {__name__} has no attribute {name}")
