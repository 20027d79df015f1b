# ===- test_compress.py - the corpus through compression -------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Compressed with every family, each model still runs, gives what its decomposed
# form gives in upstream's hands, and reports the error that its factors have.
#
# ===----------------------------------------------------------------------===//
"""Compression of the corpus: results and recorded errors."""

import re

import numpy as np
import pytest

import upstream
from models import MODELS
from structlin.factors import CompressedArchive, relative_error
from structured import assert_close, compress_model
from test_reference import BF16, F32

FAMILIES = {
    "low_rank": "#structlin.low_rank<keep = 0.5>",
    "blast": "#structlin.blast<blocks = [2, 4], keep = 0.5>",
    "block_sparse": "#structlin.block_sparse<block = [8, 8], keep = 0.5>",
    "sparse": "#structlin.sparse<keep = 0.5>",
    "sparse_nm": "#structlin.sparse<2 : 4>",
    "low_rank_sparse": "#structlin.low_rank_sparse<keep = 0.5>",
}
CASES = [
    pytest.param(model, family, id=f"{model.name}-{family}", marks=pytest.mark.xdist_group(model.name))
    for model in MODELS
    for family in FAMILIES
    if not model.huge or family == "block_sparse"
]


def recorded_fits(text):
    """Weight name, error and dense shape of every #structlin.fit in the text."""
    pattern = r'#structlin\.fit<weight = "([^"]*)", norm = frobenius, error = ([^,]*), .*?dense_shape = \[(\d+), (\d+)\]>'
    return {name: (float(error), (int(n_out), int(n_in)))
            for name, error, n_out, n_in in re.findall(pattern, text)}  # fmt: skip


def dense_values(compressed, name):
    """The values of a parameter before compression, in the shape the model stores."""
    data = compressed.dense.data
    types = {data.argument_name(i): a.type.element for i, a in enumerate(data.signature.arguments)}
    if data.path(name).exists():
        return upstream.load_array(data.path(name), types.get(name, "f32"))
    # An inline constant of the file.
    dense = compress_model(compressed.dense, "dense", "#structlin.dense")
    return upstream.load_array(f"{dense.parameters}#{name}", None)


@pytest.mark.parametrize("model, family", CASES)
def test_compress_and_run(model, family, dense_run):
    dense = dense_run(model)
    compressed = compress_model(dense, family, FAMILIES[family])
    fits = recorded_fits(compressed.text)
    # A tiny layer may stay dense under a structure, with the reason.
    assert bool(fits or "#structlin.dense<reason" in compressed.text) == model.raised
    tolerance = BF16 if "bf16" in model.text else F32
    assert_close(compressed.run(), compressed.run_decomposed(), tolerance)

    archive = CompressedArchive(compressed.parameters)
    for name, (error, shape) in fits.items():
        values, approximation = dense_values(compressed, name), archive.weight(name, shape)
        # The file may hold the transpose; the wrong one of the two is far off.
        candidates = [values.reshape(shape), values.reshape(shape[::-1]).T]
        recomputed = min(relative_error(w, approximation) for w in candidates)
        np.testing.assert_allclose(error, recomputed, rtol=1e-6, atol=1e-12)
