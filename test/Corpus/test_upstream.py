# ===- test_upstream.py - the independent side against numpy --------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The other tests of this folder trust upstream.py; these check that it passes
# arguments and results correctly, on models that numpy restates in a line.
#
# ===----------------------------------------------------------------------===//
"""Upstream's lowering, as we call it, agrees with numpy."""

import numpy as np
import pytest

from models import MODELS


def relu(x):
    return np.maximum(x, 0)


def silu(x):
    return x / (1 + np.exp(-x))


def f64(arrays):
    return [a.astype(np.float64) for a in arrays]


EXPECTED = {
    "torch_relu_mlp": lambda w0, b0, w1, b1, w2, b2, x: (
        relu(relu(x @ w0.T + b0) @ w1.T + b1) @ w2.T + b2
    ),
    "torch_swiglu": lambda gate, up, down, x: (silu(x @ gate.T) * (x @ up.T)) @ down.T,
    "jax_ein_heads": lambda w, x: np.einsum("bsi,inh->bsnh", x, w),
    "jax_vmap_mv": lambda b, w, x: x @ w.T + b,
    "onnx_h_matmul3": lambda x, w, b: x @ w + b,
    "jax_bf16_f32acc": lambda w, x: x @ w,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_agrees_with_numpy(name, dense_run):
    run = dense_run(next(m for m in MODELS if m.name == name))
    (result,) = run.results
    expected = EXPECTED[name](*f64(run.inputs()))
    tolerance = 2**-8 if result.dtype.itemsize == 2 else 1e-5
    error = np.abs(result.astype(np.float64) - expected).max()
    assert error <= tolerance * np.abs(expected).max()
