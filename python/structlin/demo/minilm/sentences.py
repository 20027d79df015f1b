# ===- sentences.py - the sentences that are embedded ---------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Reads sentences.txt: which sentences there are, and which say the same."""

from itertools import groupby
from pathlib import Path

SENTENCES = Path(__file__).with_name("sentences.txt")


def read_groups(path=SENTENCES):
    """The groups of the file, lists of sentences; lines with # are comments."""
    lines = [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if not line.startswith("#")]
    return [list(group) for filled, group in groupby(lines, key=bool) if filled]


def pairs(groups):
    """The indices (i, j) of the two sentences of each group of two, in file order."""
    result, start = [], 0
    for group in groups:
        if len(group) == 2:
            result.append((start, start + 1))
        start += len(group)
    return result
