# ===- __init__.py - the Python side of structlin -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Structured linear algebra for MLIR: export, compress and run models from Python.

To use: `import_torch` imports models from PyTorch, `convert_checkpoint` turns files of
torch.save into safetensors, `pipeline` compresses and runs models, `host` exports them for
other compilers, `factors` computes a weight from its factors, `tools` calls the
command-line tools. To see: `demo` shows the whole path on trained models, `scale` on one of
a billion parameters.
"""

import importlib


def __getattr__(name):
    # Called as structlin.import_torch(...) without an import of its own; torch is optional.
    if name == "import_torch":
        return importlib.import_module("structlin.import_torch")
    raise AttributeError(f"module {__name__} has no attribute {name}")
