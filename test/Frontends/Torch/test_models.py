# ===- test_models.py - every kind of model, imported and run ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Each model of the zoo, in f32 and bf16, of fixed and of varying sizes: its form and its results."""

import copy

import pytest
import torch

import structlin
from running import parses_in_stock_mlir, raised, rms, run, save
from zoo import ZOO

TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}


def check_form(kind, text):
    """One product per layer, and two of activations per attention; nothing in f64."""
    assert text.count("linalg.matmul ") == kind.layers
    assert text.count("linalg.batch_matmul ") == 2 * kind.attentions
    assert "f64" not in text.replace("i64", "") and "dense_resource" not in text


def check_result(model, inputs, result):
    """f32: within 1e-5 of torch. bf16: at most twice as far from the same weights in f32 as torch.

    torch adds a bias before it rounds, the imported model after: two roundings for one.
    """
    with torch.no_grad():
        expected = model(*inputs)
        assert result.dtype == expected.dtype and result.shape == expected.shape
        if expected.dtype == torch.float32:
            torch.testing.assert_close(result, expected, rtol=1e-5, atol=1e-5)
            return
        exact = copy.deepcopy(model).float()(*(t.float() if t.is_floating_point() else t for t in inputs))
    error, torchs = rms(result - exact), rms(expected - exact)
    assert 0 < error < 2 * torchs, f"error {error}, torch's own {torchs}"


@pytest.mark.parametrize("dynamic", (False, True), ids=("static", "dynamic"))
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ZOO)
def test_model(name, dtype, dynamic, tmp_path):
    kind = ZOO[name]
    model = kind.make().to(TYPES[dtype]).eval()

    def inputs(sizes):
        return tuple(t.to(TYPES[dtype]) if t.is_floating_point() else t for t in kind.inputs(*sizes))

    imported = structlin.import_torch(model, inputs(kind.sizes()[0]),
                                      dynamic_shapes=kind.dynamic_shapes() if dynamic else None)  # fmt: skip
    check_form(kind, imported.text)
    dense = save(imported, tmp_path)
    assert parses_in_stock_mlir(dense.mlir)
    linear, layers, left = raised(dense)
    assert (layers, left) == (kind.layers, 2 * kind.attentions)
    for sizes in kind.sizes() if dynamic else kind.sizes()[:1]:
        values = inputs(sizes)
        check_result(model, values, run(linear, *values))
