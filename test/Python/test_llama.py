# ===- test_llama.py - the decoder of any size ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The text that structlin.llama writes computes a Llama decoder, dense and compressed,
and what structlin.scale does at 1B parameters works on a tiny one."""

import dataclasses
import json

import ml_dtypes
import numpy as np
import pytest
from safetensors import safe_open

from structlin import llama, scale
from structlin.checkpoint import write_random
from structlin.pipeline import CompressedModel, Model, compress, import_model
from structlin.tools import run_tool

TOKENS = 7
F32 = dataclasses.replace(llama.TINY, dtype="f32", tie_word_embeddings=False)
IDS = np.random.default_rng(0).integers(0, llama.TINY.vocab_size, TOKENS)


def forward(shape, weights, ids):
    """The decoder in NumPy, f64."""
    d, keys = shape.head_dim, shape.num_key_value_heads
    group = shape.num_attention_heads // keys
    count = len(ids)

    def norm(x, name):
        scale = 1 / np.sqrt(np.mean(x * x, -1, keepdims=True) + shape.rms_norm_eps)
        return x * scale * weights[name + ".weight"]

    def linear(x, name):
        return x @ weights[name + ".weight"].T

    angle = np.arange(count)[:, None] * shape.rope_theta ** (-np.arange(0, d, 2) / d)
    rotation = np.exp(1j * angle)[:, None]

    def rotate(x):
        pairs = (x[..., : d // 2] + 1j * x[..., d // 2 :]) * rotation
        return np.concatenate([pairs.real, pairs.imag], -1)

    x = weights["model.embed_tokens.weight"][ids]
    for i in range(shape.num_hidden_layers):
        layer = f"model.layers.{i}."
        h = norm(x, layer + "input_layernorm")
        q = rotate(linear(h, layer + "self_attn.q_proj").reshape(count, -1, d))
        k = rotate(linear(h, layer + "self_attn.k_proj").reshape(count, keys, d))
        v = linear(h, layer + "self_attn.v_proj").reshape(count, keys, d)
        k, v = np.repeat(k, group, 1), np.repeat(v, group, 1)
        scores = np.einsum("thd,shd->hts", q, k) / np.sqrt(d)
        scores = np.where(np.tri(count, dtype=bool), scores, -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        x = x + linear(np.einsum("hts,shd->thd", shares, v).reshape(count, -1), layer + "self_attn.o_proj")
        h = norm(x, layer + "post_attention_layernorm")
        gate = linear(h, layer + "mlp.gate_proj")
        x = x + linear(gate / (1 + np.exp(-gate)) * linear(h, layer + "mlp.up_proj"), layer + "mlp.down_proj")
    return linear(norm(x, "model.norm"), shape.head)


def read(folder):
    """All weights, f64."""
    weights = {}
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "np") as file:
            weights |= {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
    return weights


def write(shape, folder):
    """The model as files: its text and its weights."""
    model = folder / "model.mlir"
    model.write_text(llama.to_mlir(shape, TOKENS))
    return model, write_random(folder / "weights", shape.weights(), shape.dtype, shard_bytes=20_000)


@pytest.mark.parametrize("shape, tolerance", [(F32, 1e-5), (llama.TINY, 3e-2)], ids=["f32", "bf16"])
def test_computes_a_llama_decoder(shape, tolerance, tmp_path):
    model, weights = write(shape, tmp_path)
    got = import_model(model, weights, tmp_path / "imported.mlir").run("forward", IDS)
    want = forward(shape, read(weights.parent), IDS)
    if shape.dtype == "bf16":
        got = got.view(ml_dtypes.bfloat16)  # no type that .npy has a name for
    assert got.shape == (TOKENS, shape.vocab_size)
    assert np.abs(got.astype(np.float64) - want).max() <= tolerance * np.abs(want).max()


def test_every_linear_layer_is_found(tmp_path):
    for shape in (F32, llama.TINY):
        model = tmp_path / "model.mlir"
        model.write_text(llama.to_mlir(shape, TOKENS))
        imported = run_tool("structlin-opt", "--structlin-import", model)
        assert imported.count("structlin.linear") == 7 * shape.num_hidden_layers + 1
        assert "linalg.matmul" not in imported


def test_weights_are_those_of_the_index(tmp_path):
    index = write(llama.TINY, tmp_path)[1]
    text = json.loads(index.read_text())
    weights = read(index.parent)
    assert {name: w.shape for name, w in weights.items()} == llama.TINY.weights()
    assert weights.keys() == text["weight_map"].keys()
    assert len(set(text["weight_map"].values())) > 3
    assert text["metadata"]["total_size"] == 2 * sum(w.size for w in weights.values())


@pytest.mark.parametrize("structure", scale.STRUCTURES.values(), ids=scale.STRUCTURES)
def test_compressed_is_decomposed(structure, tmp_path):
    model, weights = write(F32, tmp_path)
    small = compress(model, weights, structure.replace("32, 32", "16, 16"), tmp_path / "small")
    assert isinstance(small, CompressedModel)
    plain = tmp_path / "plain.mlir"
    run_tool("structlin-opt", small.mlir, "--structlin-decompose", "-o", plain)
    assert "structlin.block_sparse_matmul" not in plain.read_text()
    got, want = small.run("forward", IDS), Model(plain, small.parameters).run("forward", IDS)
    assert np.abs(got - want).max() <= 1e-5 * np.abs(want).max()


def test_scale_on_a_tiny_model(tmp_path):
    shape = dataclasses.replace(llama.TINY, hidden_size=128, intermediate_size=320, head_dim=32)
    section = scale.run(shape, TOKENS, tmp_path / "out", kills=2)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if "|" in line]
    assert rows[0] == scale.HEAD
    for row, name in zip(rows[2:], scale.STRUCTURES, strict=True):
        values = dict(zip(scale.HEAD, row, strict=True))
        assert (values["structure"], values["layers"], values["kills"]) == (name, "14", "2")
        assert float(values["errors = NumPy's to"]) < 1e-9
    # Nothing is done twice.
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*")}
    assert scale.run(shape, TOKENS, tmp_path / "out", kills=2) == section
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out").rglob("*")} == before
