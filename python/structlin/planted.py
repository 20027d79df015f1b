# ===- planted.py - weights that a structure can represent exactly --------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A fit must find what was planted: then compression costs nothing.
#
# ===----------------------------------------------------------------------===//
"""Layers with a planted structure, compressed with that structure."""

from dataclasses import dataclass

import numpy as np

from structlin import factors
from structlin.classifier import Layer, predict, save_parameters, to_mlir
from structlin.pipeline import compress, import_model


@dataclass(frozen=True)
class Planted:
    """A kind of weight, n x n, and the structure that represents it."""

    name: str
    size: int
    structure: str
    blocks: int
    rank: int

    def weight(self, rng):
        """A random weight, f32, whose entries have variance about 1 / n."""
        n, b, r = self.size, self.blocks, self.rank
        p = n // b
        u, v = rng.standard_normal((b, p, r)), rng.standard_normal((b, r, p))
        s = rng.standard_normal((b, b, r)) if b > 1 else np.ones((1, 1, r))
        return (factors.blast(u, s, v) / np.sqrt(n * r)).astype(np.float32)


PLANTED = [
    Planted("low rank, 256 x 256, r 16", 256, "#structlin.low_rank<rank = 16>", 1, 16),
    Planted("BLAST, 256 x 256, b 16, r 8", 256, "#structlin.blast<blocks = [16, 16], rank = 8>", 16, 8),
    Planted("BLAST, 64 x 64, b 4, r 2", 64, "#structlin.blast<blocks = [4, 4], rank = 2>", 4, 2),
]


@dataclass
class Outcome:
    """What compression did to a planted layer."""

    name: str
    keep: float
    weight_error: float
    # Largest difference of an output, over the largest output.
    output_error: float
    # The fraction of inputs whose largest output stays the same one.
    agreement: float


def compress_planted(planted, folder, seed=0, rows=256):
    """Compresses a layer with a planted weight; compares the compiled results."""
    rng = np.random.default_rng(seed)
    layers = [Layer("planted", planted.weight(rng), np.zeros(planted.size, np.float32))]
    x = rng.standard_normal((rows, planted.size)).astype(np.float32)
    source, parameters = folder / "planted.mlir", folder / "planted.safetensors"
    source.write_text(to_mlir(layers))
    save_parameters(layers, parameters)
    dense = import_model(source, parameters, folder / "planted.dense.mlir").run("predict", x)
    assert np.allclose(dense, predict(layers, x), rtol=1e-4, atol=1e-4)
    model = compress(source, parameters, planted.structure, folder / "planted.compressed",
                     restarts=8, sweeps=300)  # fmt: skip
    structured = model.run("predict", x)
    return Outcome(
        planted.name, model.keep, model.weight_error({"planted.weight": layers[0].weight}),
        float(np.abs(structured - dense).max() / np.abs(dense).max()),
        float(np.mean(structured.argmax(1) == dense.argmax(1))),
    )  # fmt: skip
