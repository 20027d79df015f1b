# ===- demo - the whole path on really trained models ---------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Compresses a trained model with every structure, runs it, compares it with the dense one.

`python -m structlin.demo --model NAME`. A model is a module of this package with
`add_arguments(parser)`, the options of its own, and `run(options, console)`.
"""
