# ===- __init__.py - the Python side of structlin -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Structured linear algebra for MLIR: export, compress and run models from Python.

`tools` calls the command-line tools, `classifier` trains and exports a small model,
`factors` computes a weight from its factors, `demo` shows the whole path.
"""
