# ===- test_kernels.py - kernels of whole models ----------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Layers share the code of kernels, and a decoder through kernels gives the reference's result."""

import dataclasses
import re

import numpy as np
import pytest
from structlin import llama
from structlin.checkpoint import write_random
from structlin.pipeline import compress
from structlin.tools import run_tool

TARGETS = ["avx2", "avx512", "avx512_bf16", "amx"]
# The most kernel functions of a model of one shape of layers, for one target and one
# range of tokens.
MOST = 12

LINEAR = re.compile(r"(%\S+) = structlin\.linear ins\((%\S+), (%\S+) : (\S+), tensor<(\d+)x(\d+)x(\w+)>\) "
                    r"outs\((%\S+) : (\S+)\) \{layer = \"([^\"]+)\"\} -> \S+")  # fmt: skip


def with_blocks(text):
    """The imported model `text` with block-sparse layers of half the size, each with a
    number of blocks of its own."""
    count = 0

    def replace(match):
        nonlocal count
        result, x, _, x_type, outputs, inputs, element, init, init_type, layer = match.groups()
        count += 1
        rows, stored = int(outputs) // 32, int(outputs) * int(inputs) // 2048 - count
        name = f"%factor{count}"
        types = [f"tensor<{stored}x32x32x{element}>", f"tensor<{stored}xi32>", f"tensor<{rows + 1}xi32>"]
        lines = [f'{name}_{i} = structlin.parameter "{layer}.{i}" : {t}' for i, t in enumerate(types)]
        operands = ", ".join([x] + [f"{name}_{i}" for i in range(3)])
        lines.append(f"{result} = structlin.block_sparse_matmul ins({operands} : {x_type}, {', '.join(types)}) "
                     f"outs({init} : {init_type}) {{layer = \"{layer}\"}} -> {init_type}")  # fmt: skip
        return "\n".join(lines)

    text = LINEAR.sub(replace, text)
    assert count > 100
    return text


@pytest.fixture(scope="module")
def billion(tmp_path_factory):
    """The model of a billion parameters, imported, dense and block-sparse."""
    folder = tmp_path_factory.mktemp("billion")
    model, dense, sparse = (folder / f"{name}.mlir" for name in ("model", "dense", "sparse"))
    model.write_text(llama.to_mlir(llama.LLAMA_1B, 16))
    run_tool("structlin-opt", model, "--structlin-import", "-o", dense)
    sparse.write_text(with_blocks(dense.read_text()))
    return {"dense": dense, "block_sparse": sparse}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("structure", ["dense", "block_sparse"])
def test_layers_share_kernels(billion, structure, target):
    text = run_tool("structlin-opt", billion[structure], "--structlin-group", "--canonicalize",
                    f"--structlin-choose=cpu={target}", "--structlin-pack",
                    "--structlin-outline-kernels")  # fmt: skip
    calls = text.count("structlin.call_kernel")
    assert calls == 16 * 7 + 1
    assert 0 < text.count("structlin.kernel_func private") <= MOST
    assert "structlin.kernel ins" not in text


SHAPE = dataclasses.replace(llama.TINY, dtype="f32", tie_word_embeddings=False)
STRUCTURES = [
    "#structlin.dense",
    "#structlin.low_rank<keep = 0.6>",
    "#structlin.blast<blocks = [2, 2], keep = 0.6>",
    "#structlin.block_sparse<block = [16, 16], keep = 0.5>",
    "#structlin.sparse<2 : 4>",
    "#structlin.low_rank_sparse<keep = 0.6>",
]


@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("structure", STRUCTURES)
def test_decoder(tmp_path, structure, dtype):
    shape = dataclasses.replace(SHAPE, dtype=dtype)
    model, weights = tmp_path / "model.mlir", tmp_path / "weights"
    model.write_text(llama.to_mlir(shape, 7))
    write_random(weights, shape.weights(), dtype)
    source = weights / "model.safetensors.index.json"
    if structure != "#structlin.dense":
        compressed = compress(model, source, structure, tmp_path / "small")
        model, source = compressed.mlir, compressed.parameters
    else:
        run_tool("structlin-opt", model, "--structlin-import", "-o", tmp_path / "dense.mlir")
        model = tmp_path / "dense.mlir"
    ids = tmp_path / "ids.npy"
    np.save(ids, np.random.default_rng(0).integers(0, shape.vocab_size, 7))
    results = []
    for lowering in ("reference", "kernels"):
        output = tmp_path / f"{lowering}.npy"
        run_tool("structlin-run", model, f"--lowering={lowering}", f"--inputs={ids}",
                 f"--outputs={output}", f"--parameters={source}")  # fmt: skip
        bits = np.load(output)
        if dtype == "bf16":
            bits = (bits.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
        results.append(bits.astype(np.float64))
    reference, kernels = results
    scale = np.abs(reference).max()
    # Sums are in another order; in bf16 some results round the other way.
    assert np.abs(kernels - reference).max() <= scale * (1e-5 if dtype == "f32" else 2**-5)
