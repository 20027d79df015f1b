# ===- test_stored_formats.py - compressed checkpoints, exactly --------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Random layers of every stored format: factors are the stored numbers, results exact."""

import tempfile
from pathlib import Path

import numpy as np
import stored_layers as make
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from structlin.factors import CompressedArchive, reconstruct
from structlin.tools import ToolError, run_tool

SIZES = st.integers(2, 20)
TYPES = st.sampled_from(sorted(make.TYPES))
PATTERNS = st.one_of(
    st.tuples(st.just("single"), st.sampled_from([0.0, 0.1, 0.5])),
    st.sampled_from([("groups", 2, 4), ("groups", 1, 4), ("groups", 4, 8), ("groups", 1, 2)]),
    st.sampled_from([("blocks", 2, 2), ("blocks", 4, 4), ("blocks", 1, 8), ("blocks", 8, 2)]),
)
KINDS = ["blast", "low_rank", "sparse", "masked", "oats", "peft"]


@st.composite
def stored_layer(draw):
    """A function from a name to a layer."""
    kind, dtype, n_out, n_in = draw(st.sampled_from(KINDS)), draw(TYPES), draw(SIZES), draw(SIZES)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rank = draw(st.integers(1, min(n_out, n_in)))
    arguments = {
        "blast": st.tuples(st.integers(1, n_out), st.integers(1, n_in), st.just(rank),
                           st.sampled_from(["rank_last", "rank_first"])),
        "low_rank": st.tuples(st.just(rank)),
        "sparse": st.tuples(PATTERNS),
        "masked": st.tuples(PATTERNS, st.sampled_from([np.bool_, np.uint8, np.float32])),
        "oats": st.tuples(st.just(rank), PATTERNS),
        "peft": st.tuples(st.just(rank), PATTERNS, st.sampled_from([1.0, 2.0, 0.5]),
                          st.sampled_from([dtype, "f32"])),
    }[kind]  # fmt: skip
    chosen = draw(arguments)
    return lambda name: getattr(make, kind)(rng, name, dtype, n_out, n_in, *chosen)


def check_archive(layers, folder):
    """Factors that are stored tensors are these bit for bit; all stand for the exact weight."""
    archive = CompressedArchive(folder / "small.safetensors")
    for layer in layers:
        weight = f"{layer.name}.weight"
        if weight in archive:  # it has (almost) no zeros
            assert layer.entry["format"] in ("sparse", "masked")
            continue
        factors = archive.factors(weight)
        for name, expected in layer.factors.items():
            assert factors[name].dtype == expected.dtype and factors[name].shape == expected.shape
            assert factors[name].tobytes() == expected.tobytes(), f"{weight}.{name}"
        rebuilt = reconstruct(factors, layer.weight.shape, archive.group(weight))
        assert np.array_equal(rebuilt, layer.weight), weight


@settings(max_examples=12, phases=[Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(stored_layer(), min_size=6, max_size=12))
def test_stored_weights_are_exact(makers):
    layers = [maker(f"l{i}") for i, maker in enumerate(makers)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make.write_model(layers, folder)
        report = make.compress(folder)
        assert [entry["error"] for entry in report["layers"]] == [None] * len(layers)
        check_archive(layers, folder)
        run_tool("structlin-opt", folder / "small.mlir", "--structlin-decompose", "-o", folder / "plain.mlir")
        for computed, expected in make.run(layers, folder, "plain.mlir"):
            assert np.array_equal(computed, expected)


def test_llama_layers_in_blast(tmp_path):
    """Two layers as published BLAST models name and store them, by one entry each."""
    rng, hidden, inner = np.random.default_rng(0), 16, 24
    shapes = {f"self_attn.{p}_proj": (hidden, hidden, 12) for p in "qkvo"}
    shapes |= {"mlp.gate_proj": (inner, hidden, 16), "mlp.up_proj": (inner, hidden, 16),
               "mlp.down_proj": (hidden, inner, 16)}  # fmt: skip
    layers = [make.blast(rng, f"model.layers.{number}.{name}", "f16", n_out, n_in, 4, 4, rank, "rank_last")
              for number in range(2) for name, (n_out, n_in, rank) in shapes.items()]  # fmt: skip
    head, _ = make.with_zeros(rng, "f16", 32, hidden, ("groups", 2, 4))
    layers.append(make.StoredLayer("lm_head", "f16", make.exact(head), {}, {"lm_head.weight": head}))
    recipe = [{"match": "model.layers.*_proj", "format": "blast", "blocks": [4]}]
    make.write_model(layers, tmp_path, recipe)
    report = make.compress(tmp_path)
    assert [entry["structure"] for entry in report["layers"]] == [
        f"#structlin.blast<blocks = [4, 4], rank = {12 if 'self_attn' in layer.name else 16}>"
        for layer in layers[:-1]] + ["dense"]  # fmt: skip
    check_archive(layers[:-1], tmp_path)
    for computed, expected in make.run(layers, tmp_path, "small.mlir"):
        assert np.array_equal(computed, expected)


@settings(max_examples=20, phases=[Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), TYPES)
def test_any_number_is_kept(seed, dtype):
    """Not only integers: every finite bit pattern of a sparse weight comes through."""
    rng = np.random.default_rng(seed)
    width = np.dtype(make.TYPES[dtype]).itemsize
    bits = rng.integers(0, 256, 40 * 24 * width, dtype=np.uint8).view(make.TYPES[dtype]).reshape(40, 24)
    with np.errstate(invalid="ignore"):  # of signalling nans
        kept = np.isfinite(bits) & (rng.random(bits.shape) < 0.4)
    matrix = np.where(kept, bits, np.zeros_like(bits))
    layer = make.StoredLayer("fc", dtype, make.exact(matrix), {"format": "sparse"}, {"fc.weight": matrix})
    with tempfile.TemporaryDirectory() as name:
        make.write_model([layer], Path(name))
        make.compress(Path(name))
        values = CompressedArchive(Path(name, "small.safetensors")).factors("fc.weight")["values"]
        assert values.tobytes() == matrix[matrix != 0].tobytes()


ROLES = {"blast": ("B", "C", "D"), "low_rank": ("U", "V"), "sparse": ("weight",), "masked": ("weight_orig", "weight_mask"),
         "oats": ("S", "U", "V"), "peft": ("base_layer.weight", "lora_A.weight", "lora_B.weight")}  # fmt: skip


@settings(max_examples=40, phases=[Phase.generate], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(KINDS))
def test_negative_any_shapes_are_refused_or_right(data, kind):
    """Tensors of any shape, empty ones included: loaded, or refused with a diagnostic."""
    size = st.sampled_from([0, 1, 2, 4])
    rank = {"blast": 3}.get(kind, 2)
    shapes = st.lists(size, min_size=rank, max_size=rank)
    tensors = {f"fc.{role}": np.ones(data.draw(shapes), np.float32) for role in ROLES[kind]}
    entry = {"format": kind, **({"scale": 1.0} if kind == "peft" else {})}
    layer = make.StoredLayer("fc", "f32", np.zeros((data.draw(st.sampled_from([2, 4])), 4)), entry, tensors)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make.write_model([layer], folder)
        try:
            make.compress(folder)
        except ToolError as error:
            assert "exit status 1\n" in str(error) and "error: cannot load layer 'fc' as" in str(error)
            assert not (folder / "small.safetensors").exists() and not (folder / "small.mlir").exists()
