# ===- test_kernel_lowering.py - the corpus through kernels -----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Some models, dense and compressed, give through kernels what the reference lowering
# gives.
#
# ===----------------------------------------------------------------------===//
"""Kernels against the reference lowering."""

import pytest

from models import MODELS
from structured import assert_close, compress_model, import_model
from test_compress import FAMILIES
from test_reference import BF16, F32

NAMES = ["torch_mlp_f32_3x1024", "torch_mlp_bf16_3x1024", "torch_minilm_real_b1s16", "torch_gpt2_block_b2",
         "torch_swiglu", "torch_gelu_mlp_dynbatch"]  # fmt: skip
COMPRESSED = ["low_rank", "block_sparse", "low_rank_sparse"]
CASES = [
    pytest.param(model, family, id=f"{model.name}-{family}", marks=pytest.mark.xdist_group(model.name))
    for model in MODELS
    if model.name in NAMES
    for family in ["dense", *COMPRESSED]
]


@pytest.mark.parametrize("model, family", CASES)
def test_kernels(model, family, dense_run):
    dense = dense_run(model)
    structured = import_model(dense) if family == "dense" else compress_model(dense, family, FAMILIES[family])
    tolerance = BF16 if "bf16" in model.text else F32
    assert_close(structured.run("kernels"), structured.run("reference"), tolerance)
