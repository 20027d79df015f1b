# ===- test_transform.py - a model of the corpus by a transform script ------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A script in the stock tool, with the plugin, does to a BERT block of PyTorch what a
# recipe does in structlin-opt.
#
# ===----------------------------------------------------------------------===//
"""A transform script and a recipe give the same factors and results."""

import json

import pytest

import upstream
from models import MODELS
from structlin.host import HostModel
from structured import assert_close, compress_with, import_model
from test_plugin import PLUGIN_OPTIONS
from test_reference import F32

BLAST = "#structlin.blast<blocks = [2, 4], keep = 0.5>"
BLOCKS = "#structlin.block_sparse<block = [8, 8], keep = 0.5>"
LAYER = "m.encoder.layer.0.intermediate.dense"

SCRIPT = """
module attributes {{transform.with_named_sequence}} {{
  transform.named_sequence @__transform_main(%root: !transform.any_op {{transform.consumed}}) {{
    %module = transform.apply_registered_pass "structlin-import-parameters" to %root
      : (!transform.any_op) -> !transform.any_op
    %layers = transform.structlin.raise_to_linear %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign {blocks} to %layers : !transform.any_op
    %one = transform.structured.match ops{{["structlin.linear"]}} attributes {{layer = "{layer}"}} in %module
      : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign {blast} to %one : !transform.any_op
    %structured, %dense = transform.structlin.fit %layers
      {{parameters = "{parameters}", output_parameters = "{archive}", sweeps = 4}}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // What the recipe's layers are, with their tokens tiled.
    %tiled, %loops = transform.structured.tile_using_for %structured tile_sizes [4]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }}
}}
"""


@pytest.mark.xdist_group("torch_bert_block_b2")
def test_script_and_recipe(dense_run, one_set_of_kernels):
    dense = dense_run(next(m for m in MODELS if m.name == "torch_bert_block_b2"))
    import_model(dense)
    recipe = dense.folder / "recipe.yaml"
    recipe.write_text(f'layers:\n  - match: "{LAYER}"\n    structure: "{BLAST}"\ndefault: "{BLOCKS}"\n')
    compressed = compress_with(dense, "recipe", recipe=recipe)
    assert compressed.text.count("structlin.blast_matmul ") == 1
    assert compressed.text.count("structlin.block_sparse_matmul ") == 5

    script, lowered, archive, manifest = (
        dense.folder / f"script.{kind}" for kind in ("txt", "mlir", "safetensors", "json")
    )
    script.write_text(SCRIPT.format(blast=BLAST, blocks=BLOCKS, layer=LAYER, archive=archive,
                                    parameters=dense.data.folder))  # fmt: skip
    upstream.lower(dense.model.source, lowered,
                   f"transform-preload-library{{transform-library-paths={script}}}", "transform-interpreter",
                   f"structlin-export{{tags=false manifest={manifest}}}", options=PLUGIN_OPTIONS)  # fmt: skip
    assert archive.read_bytes() == compressed.parameters.read_bytes()

    host = HostModel(lowered, json.loads(manifest.read_text()))
    library = lowered.with_suffix(".so")
    upstream.compile_lowered(lowered, library)
    assert_close(compressed.call(library, host), compressed.run(), F32)
