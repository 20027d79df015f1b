# ===- test_plugin.py - the corpus in the stock tool with the plugin -------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# One pipeline of the stock mlir-opt, passes of the plugin among upstream's, from a
# file of the corpus to the llvm dialect: it computes what structlin-run computes.
#
# ===----------------------------------------------------------------------===//
"""Models of the corpus compressed and lowered by mlir-opt with the plugin."""

import json

import pytest

import upstream
from models import MODELS
from structlin.host import HostModel
from structlin.tools import build_folder
from structured import assert_close, compress_model, compress_options
from test_compress import FAMILIES
from test_reference import BF16, F32

PLUGIN = build_folder() / "lib" / "structlin-plugin.so"
PLUGIN_OPTIONS = [f"--load-dialect-plugin={PLUGIN}", f"--load-pass-plugin={PLUGIN}"]

# TOSA with weights as arguments, exports of PyTorch with a dynamic batch, in bf16 and
# with attention, of JAX and ONNX, and weights inside the file; each family once.
CASES = {
    "transformer_block.tosa": "block_sparse",
    "torch_gelu_mlp_dynbatch": "blast",
    "torch_llama_block_b2_bf16": "low_rank",
    "torch_bert_block_b2": "low_rank_sparse",
    "jax_block": "sparse",
    "onnx_h_gemm_t": "sparse_nm",
    "mnist_trained_mlp": "low_rank",
}


@pytest.mark.parametrize(
    "model, family",
    [pytest.param(m, CASES[m.name], id=f"{m.name}-{CASES[m.name]}", marks=pytest.mark.xdist_group(m.name))
     for m in MODELS if m.name in CASES],
)  # fmt: skip
def test_stock_pipeline(model, family, dense_run, one_set_of_kernels):
    dense = dense_run(model)
    compressed = compress_model(dense, family, FAMILIES[family])

    lowered, archive, manifest = (dense.folder / f"plugin.{kind}" for kind in ("mlir", "safetensors", "json"))
    options = compress_options(dense, archive, structure=f'"{FAMILIES[family]}"')
    upstream.lower(model.source, lowered, f"structlin-compress{{{options}}}",
                   f"structlin-export{{tags=false manifest={manifest}}}",
                   options=PLUGIN_OPTIONS)  # fmt: skip
    # The same factors, bit for bit, whichever tool ran the passes.
    assert archive.read_bytes() == compressed.parameters.read_bytes()

    host = HostModel(lowered, json.loads(manifest.read_text()))
    compressed.attach(host)
    library = lowered.with_suffix(".so")
    upstream.compile_lowered(lowered, library)
    assert_close(compressed.call(library, host), compressed.run(), BF16 if "bf16" in model.text else F32)
