# ===- test_planted.py - planted structures cost no accuracy --------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""A layer that has a structure exactly keeps its results when compressed with it."""

import pytest

from structlin.planted import PLANTED, compress_planted


@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: p.name)
def test_no_accuracy_lost(planted, tmp_path):
    outcome = compress_planted(planted, tmp_path)
    assert outcome.agreement == 1.0
    assert outcome.output_error <= 1e-5
    assert outcome.weight_error <= 1e-5
    assert outcome.keep < 1
