# ===- test_factors.py - weights from factors, against plain loops ---------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Ragged shapes throughout: padding is cut off.
#
# ===----------------------------------------------------------------------===//
"""structlin.factors computes what docs/Spec.md says, entry by entry."""

import numpy as np
import pytest

from structlin.factors import reconstruct, relative_error

RNG = np.random.default_rng(0)


def test_low_rank():
    u, v = RNG.standard_normal((5, 2)), RNG.standard_normal((2, 7))
    np.testing.assert_allclose(reconstruct({"U": u, "V": v}, (5, 7)), u @ v)


def test_blast():
    u, s, v = RNG.standard_normal((2, 3, 4)), RNG.standard_normal((2, 3, 4)), RNG.standard_normal((3, 4, 3))
    weight = reconstruct({"U": u, "s": s, "V": v}, (5, 8))
    for o in range(5):
        for i in range(8):
            block, column = divmod(i, 3)
            row_block, row = divmod(o, 3)
            expected = sum(u[row_block, row, r] * s[row_block, block, r] * v[block, r, column] for r in range(4))
            np.testing.assert_allclose(weight[o, i], expected)


def test_block_sparse():
    values = RNG.standard_normal((3, 2, 4))
    weight = reconstruct({"values": values, "indices": [1, 0, 1], "offsets": [0, 1, 3]}, (3, 7))
    expected = np.zeros((4, 8))
    expected[0:2, 4:8], expected[2:4, 0:4], expected[2:4, 4:8] = values
    np.testing.assert_array_equal(weight, expected[:3, :7])


def test_sparse_with_absolute_offsets():
    # The first and the last entry belong to other rows of a larger matrix.
    factors = {"values": [9, 1, 2, 3, 9], "indices": [0, 2, 0, 1, 0], "offsets": [1, 2, 2, 4]}
    np.testing.assert_array_equal(reconstruct(factors, (3, 3)), [[0, 0, 1], [0, 0, 0], [2, 3, 0]])


def test_sparse_nm():
    factors = {"values": [[[1, 2], [3, 0]]], "indices": [[[0, 3], [1, 2]]]}
    np.testing.assert_array_equal(reconstruct(factors, (1, 6), group=4), [[1, 0, 0, 2, 0, 3]])


def test_low_rank_sparse():
    u, v = RNG.standard_normal((2, 1)), RNG.standard_normal((1, 3))
    factors = {"U": u, "V": v, "values": [5.0], "indices": [2], "offsets": [0, 0, 1]}
    np.testing.assert_allclose(reconstruct(factors, (2, 3)), u @ v + [[0, 0, 0], [0, 0, 5]])


def test_unknown_factors():
    with pytest.raises(ValueError, match="no structure has the factors"):
        reconstruct({"U": np.zeros((1, 1))}, (1, 1))


def test_relative_error():
    assert relative_error([[3.0, 4.0]], np.zeros((1, 2))) == 1.0
