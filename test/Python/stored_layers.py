# ===- stored_layers.py - layers whose weights a checkpoint has compressed ---===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Makes layers in each stored format, a model of them, and what it should compute.

Numbers are small integers, or halves where a scale makes them: every product and sum
is exact in every type, so results are compared bit for bit.
"""

import json
from dataclasses import dataclass, field

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

from structlin.tools import run_tool

TYPES = {"f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16}


@dataclass
class StoredLayer:
    """A layer: its tensors in the checkpoint, its recipe entry, and its exact weight."""

    name: str
    dtype: str
    weight: np.ndarray
    entry: dict
    tensors: dict
    factors: dict = field(default_factory=dict)
    """Factors that must come out bit for bit, by their short names."""


def integers(rng, *shape, dtype, largest=1):
    return rng.integers(-largest, largest + 1, shape).astype(TYPES[dtype])


def exact(array):
    return np.asarray(array, np.float64)


def blast(rng, name, dtype, n_out, n_in, b1, b2, rank, layout):
    p, q = -(-n_out // b1), -(-n_in // b2)
    b1, b2 = -(-n_out // p), -(-n_in // q)
    p, q = -(-n_out // b1), -(-n_in // b2)
    b = integers(rng, b1, p, rank, dtype=dtype)
    c = integers(rng, b2, rank, q, dtype=dtype)
    d = integers(rng, b1, b2, rank, dtype=dtype)
    b.reshape(b1 * p, rank)[n_out:] = 0
    c.transpose(0, 2, 1)[np.arange(b2 * q).reshape(b2, q) >= n_in] = 0
    weight = np.einsum("ipr,ijr,jrq->ipjq", exact(b), exact(d), exact(c)).reshape(b1 * p, b2 * q)
    stored = d if layout == "rank_last" else np.ascontiguousarray(d.transpose(2, 0, 1))
    entry = {"format": "blast", "blocks": [b1, b2], "layout": layout}
    return StoredLayer(name, dtype, weight[:n_out, :n_in], entry,
                       {f"{name}.B": b, f"{name}.C": c, f"{name}.D": stored},
                       {"U": b, "V": c, "s": d})  # fmt: skip


def low_rank(rng, name, dtype, n_out, n_in, rank):
    u, v = integers(rng, n_out, rank, dtype=dtype), integers(rng, rank, n_in, dtype=dtype)
    return StoredLayer(name, dtype, exact(u) @ exact(v), {"format": "low_rank"},
                       {f"{name}.U": u, f"{name}.V": v}, {"U": u, "V": v})  # fmt: skip


def with_zeros(rng, dtype, n_out, n_in, pattern):
    """A matrix with zeros of both signs: single ones, n of every m, or whole blocks."""
    matrix = integers(rng, n_out, n_in, dtype=dtype, largest=3)
    if pattern[0] == "single":
        mask = rng.random((n_out, n_in)) < pattern[1]
    elif pattern[0] == "groups":
        _, n, m = pattern
        order = rng.random((n_out, -(-n_in // m), m)).argsort(axis=2)
        mask = (order < n).reshape(n_out, -1)[:, :n_in]
    else:
        _, height, width = pattern
        blocks = rng.random((-(-n_out // height), -(-n_in // width))) < 0.4
        mask = np.kron(blocks, np.ones((height, width), bool))[:n_out, :n_in]
    signed_zero = np.where(rng.random((n_out, n_in)) < 0.5, 0.0, -0.0).astype(TYPES[dtype])
    return np.where(mask, matrix, signed_zero), mask


def sparse(rng, name, dtype, n_out, n_in, pattern):
    matrix, _ = with_zeros(rng, dtype, n_out, n_in, pattern)
    return StoredLayer(name, dtype, exact(matrix), {"format": "sparse"}, {f"{name}.weight": matrix})


def masked(rng, name, dtype, n_out, n_in, pattern, mask_type):
    matrix = integers(rng, n_out, n_in, dtype=dtype, largest=3)
    _, mask = with_zeros(rng, dtype, n_out, n_in, pattern)
    return StoredLayer(name, dtype, exact(matrix) * mask, {"format": "masked"},
                       {f"{name}.weight_orig": matrix, f"{name}.weight_mask": mask.astype(mask_type)})  # fmt: skip


def oats(rng, name, dtype, n_out, n_in, rank, pattern):
    part = low_rank(rng, name, dtype, n_out, n_in, rank)
    s, _ = with_zeros(rng, dtype, n_out, n_in, pattern)
    s[0, 0] = 0
    return StoredLayer(name, dtype, part.weight + exact(s), {"format": "oats"},
                       {**part.tensors, f"{name}.S": s}, part.factors)  # fmt: skip


def peft(rng, name, dtype, n_out, n_in, rank, pattern, scale, adapter_type):
    part = low_rank(rng, name, adapter_type, n_out, n_in, rank)
    base, _ = with_zeros(rng, dtype, n_out, n_in, pattern)
    base[0, 0] = 0
    u, v = part.factors["U"], part.factors["V"]
    return StoredLayer(name, dtype, scale * part.weight + exact(base),
                       {"format": "peft", "scale": scale},
                       {f"{name}.base_layer.weight": base, f"{name}.lora_A.weight": v,
                        f"{name}.lora_B.weight": u},
                       {"U": (exact(u) * scale).astype(u.dtype), "V": v})  # fmt: skip


# ===----------------------------------------------------------------------===//
# A model of layers
# ===----------------------------------------------------------------------===//


def print_model(layers):
    """Linalg text: `layers[i]` is applied to the i-th argument, in f32 sums."""
    arguments, body, results, types = [], [], [], []
    for i, layer in enumerate(layers):
        n_out, n_in = layer.weight.shape
        t = layer.dtype
        arguments.append(f"%x{i}: tensor<?x{n_in}x{t}>")
        types.append(f"tensor<?x{n_out}xf32>")
        results.append(f"%y{i}")
        body.append(f"""
  %m{i} = tensor.dim %x{i}, %c0 : tensor<?x{n_in}x{t}>
  %et{i} = tensor.empty() : tensor<{n_in}x{n_out}x{t}>
  %wt{i} = linalg.transpose ins(%w{i} : tensor<{n_out}x{n_in}x{t}>) outs(%et{i} : tensor<{n_in}x{n_out}x{t}>) permutation = [1, 0]
  %e{i} = tensor.empty(%m{i}) : tensor<?x{n_out}xf32>
  %z{i} = linalg.fill ins(%zero : f32) outs(%e{i} : tensor<?x{n_out}xf32>) -> tensor<?x{n_out}xf32>
  %y{i} = linalg.matmul ins(%x{i}, %wt{i} : tensor<?x{n_in}x{t}>, tensor<{n_in}x{n_out}x{t}>)
    outs(%z{i} : tensor<?x{n_out}xf32>) -> tensor<?x{n_out}xf32>""")
    for i, layer in enumerate(layers):
        n_out, n_in = layer.weight.shape
        arguments.append(f'%w{i}: tensor<{n_out}x{n_in}x{layer.dtype}> {{structlin.param = "{layer.name}.weight"}}')
    return f"""func.func @model({", ".join(arguments)}) -> ({", ".join(types)}) {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32{"".join(body)}
  return {", ".join(results)} : {", ".join(types)}
}}
"""


def write_model(layers, folder, recipe=None):
    """Writes model.mlir, checkpoint.safetensors and recipe.yaml (JSON is YAML)."""
    (folder / "model.mlir").write_text(print_model(layers))
    save_file({k: np.ascontiguousarray(v) for layer in layers for k, v in layer.tensors.items()},
              folder / "checkpoint.safetensors")  # fmt: skip
    entries = recipe or [{"match": layer.name, **layer.entry} for layer in layers]
    (folder / "recipe.yaml").write_text(json.dumps({"layers": entries}))


def compress(folder):
    """structlin-compress, with all its files in `folder`; returns the report."""
    run_tool("structlin-opt", folder / "model.mlir", "-o", folder / "small.mlir",
             f"--structlin-compress=recipe={folder}/recipe.yaml parameters={folder}/checkpoint.safetensors "
             f"output-parameters={folder}/small.safetensors report={folder}/report.json")  # fmt: skip
    return json.loads((folder / "report.json").read_text())


def run(layers, folder, model, tokens=3):
    """Pairs of computed and exact results of `model`, a file in `folder`."""
    rng, inputs = np.random.default_rng(len(layers)), []
    for i, layer in enumerate(layers):
        x = integers(rng, tokens, layer.weight.shape[1], dtype=layer.dtype)
        # NumPy's file format has no bf16.
        np.save(folder / f"x{i}.npy", x.view("V2") if layer.dtype == "bf16" else x)
        inputs.append(exact(x))
    numbers = range(len(layers))
    run_tool("structlin-run", folder / model, "--entry=model",
             "--inputs=" + ",".join(str(folder / f"x{i}.npy") for i in numbers),
             "--outputs=" + ",".join(str(folder / f"y{i}.npy") for i in numbers),
             f"--parameters={folder}/small.safetensors")  # fmt: skip
    return [(np.load(folder / f"y{i}.npy"), inputs[i] @ layers[i].weight.T) for i in numbers]
