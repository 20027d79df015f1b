# ===- errors.py - what importing a model reports --------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The one exception of this package."""


class TorchImportError(RuntimeError):
    """A model cannot be imported; the message says which part of it, and why."""
