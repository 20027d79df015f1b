# ===- test_host.py - compressed models in a compiler without structlin ----===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What --structlin-export writes is lowered by upstream alone, its arguments are bound
# as the manifest says, and it computes what structlin-run computes.
#
# ===----------------------------------------------------------------------===//
"""The host flow, for every family; needs no corpus."""

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

import upstream
from models import attach_resources
from signature import TensorType
from structlin.factors import reconstruct
from structlin.host import export
from structlin.pipeline import compress
from structlin.tools import run_tool
from test_compress import FAMILIES

SOURCE = Path(__file__).with_name("Inputs") / "mlp.mlir"
SHAPES = {"fc1.weight": (64, 40), "fc1.bias": (64,), "fc2.weight": (24, 64), "fc2.bias": (24,)}
ROWS = 5


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    """The path of the dense parameters."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("dense") / "dense.safetensors"
    save_file({n: rng.standard_normal(s).astype(np.float32) for n, s in SHAPES.items()}, path)
    return path


@pytest.fixture(params=FAMILIES)
def model(request, dense, tmp_path):
    """The model in one family."""
    return compress(SOURCE, dense, FAMILIES[request.param], tmp_path / "small", sweeps=4,
                    oats_iterations=2)  # fmt: skip


def random_input():
    return np.random.default_rng(1).standard_normal((ROWS, 40)).astype(np.float32)


def read(archive):
    """A function from names to tensors."""
    file = safe_open(archive, framework="numpy")
    return file.get_tensor


def run_in_host(host, inputs, parameters, results):
    library = host.mlir.with_suffix(".so")
    upstream.compile_library(host.mlir, library)
    return upstream.call(library, "mlp", host.arguments("mlp", inputs, parameters), results)


def bound(model, x):
    """How far two correct lowerings may be apart, entry by entry (docs/Spec.md, Rounding).

    Twice 4 (k u + 2 u) |x| |W|^T for each layer, with the products of the absolute
    factors; the first layer's goes through the second. The biases add a rounding.
    """
    unit, values = 2.0**-24, read(model.parameters)
    magnitude, difference = np.abs(x).astype(np.float64), 0.0
    for layer in ("fc1", "fc2"):
        shape = SHAPES[f"{layer}.weight"]
        factors = {n: np.abs(f) for n, f in model.archive.factors(f"{layer}.weight").items()}
        weight = reconstruct(factors, shape, model.archive.group(f"{layer}.weight"))
        total = magnitude @ weight.T + np.abs(values(f"{layer}.bias"))
        difference = difference @ weight.T if layer == "fc2" else 0.0
        difference = difference + 2 * 4 * (shape[1] + 3) * unit * total
        magnitude = total
    return difference


def test_host_computes_the_same(model, tmp_path):
    x = random_input()
    host = export(model.mlir, tmp_path / "host.mlir", tags=False)
    assert "structlin" not in host.mlir.read_text()
    names = [a["parameter"] for a in host.manifest["functions"][0]["arguments"]]
    # The factors are where the dense weights were, on either side of the input.
    assert [n.split(".weight")[0] for n in names if n and ".weight." in n] == \
        ["fc1"] * names.index("fc1.bias") + ["fc2"] * (names.index("fc2.bias") - names.index(None) - 1)
    (result,) = run_in_host(host, [x], read(model.parameters), [TensorType((None, 24), "f32")])
    assert np.all(np.abs(result - model.run("mlp", x)) <= bound(model, x))


def test_the_comparison_sees_a_wrong_parameter(dense, tmp_path):
    """One bias that is off by a hundredth is beyond the bound."""
    model = compress(SOURCE, dense, "#structlin.sparse<2 : 4>", tmp_path / "small")
    x, values = random_input(), read(model.parameters)
    host = export(model.mlir, tmp_path / "host.mlir")
    (result,) = run_in_host(host, [x], lambda n: values(n) * (1.01 if n == "fc1.bias" else 1),
                            [TensorType((None, 24), "f32")])  # fmt: skip
    assert np.any(np.abs(result - model.run("mlp", x)) > bound(model, x))


def test_factors_with_values_stay_in_the_module(dense, tmp_path):
    """Without an archive the factors are in the IR, and export keeps them there."""
    structure, inline = FAMILIES["low_rank"], tmp_path / "inline.mlir"
    archived = compress(SOURCE, dense, structure, tmp_path / "small")
    run_tool("structlin-opt", SOURCE, "-o", inline,
             f'--structlin-compress=structure="{structure}" parameters={dense}')  # fmt: skip
    host = export(inline, tmp_path / "host.mlir")
    names = [a["parameter"] for a in host.manifest["functions"][0]["arguments"]]
    assert names == ["fc1.bias", None, "fc2.bias"]
    x = random_input()
    (result,) = run_in_host(host, [x], read(dense), [TensorType((None, 24), "f32")])
    assert np.all(np.abs(result - archived.run("mlp", x)) <= bound(archived, x))


def test_resources(dense, tmp_path):
    """The parameters as resources, which the host gives their blobs."""
    model, x = compress(SOURCE, dense, FAMILIES["block_sparse"], tmp_path / "small"), random_input()
    host = export(model.mlir, tmp_path / "host.mlir", to="resources", tags=False)
    values = read(model.parameters)
    keys = {r["key"]: r["parameter"] for r in host.manifest["resources"]}
    assert sorted(keys.values()) == sorted(safe_open(model.parameters, framework="numpy").keys())
    attach_resources(host.mlir.read_text(), host.mlir, lambda key: values(keys[key]))
    (result,) = run_in_host(host, [x], values, [TensorType((None, 24), "f32")])
    assert np.all(np.abs(result - model.run("mlp", x)) <= bound(model, x))


def test_wrong_number_of_inputs(dense, tmp_path):
    model = compress(SOURCE, dense, FAMILIES["low_rank"], tmp_path / "small")
    host = export(model.mlir, tmp_path / "host.mlir")
    with pytest.raises(ValueError, match="expected 1 inputs of mlp, got 2"):
        host.arguments("mlp", [0, 1], lambda name: name)


def test_wrong_function(dense, tmp_path):
    host = export(compress(SOURCE, dense, FAMILIES["low_rank"], tmp_path / "small").mlir, tmp_path / "host.mlir")
    with pytest.raises(ValueError, match="expected a function of mlp, got main"):
        host.arguments("main", [], lambda name: name)
