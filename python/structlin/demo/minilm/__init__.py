# ===- minilm - the demo on a sentence embedding model --------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Two Pythons take part: `export` runs where torch is, all else where the demo runs.
#
# ===----------------------------------------------------------------------===//
"""all-MiniLM-L6-v2 from PyTorch, compressed without any data or training."""
