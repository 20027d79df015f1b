# ===- classifier.py - the demo on a classifier of digits -----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Trains a classifier, compresses it with every structure, runs both, compares."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track
from rich.table import Table

from structlin import classifier
from structlin.demo import picture
from structlin.demo.families import families
from structlin.pipeline import compress, import_model
from structlin.planted import PLANTED, compress_planted
from structlin.tools import build_folder

FAMILIES = families(blocks=4, block=4, group=8)
KEEPS = (0.125, 0.25, 0.5, 0.75)


@dataclass
class Result:
    """A row of the table: the dense model, or one family at one keep."""

    family: str
    target: float
    keep: float
    error: float
    accuracy: float
    parameters: int
    median_ms: float | None = None
    model: object = None


class Demo:
    """The trained model, its files, and the compressed models made from it."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.digits = classifier.load_digits()
        self.layers = classifier.train(self.digits.train_x, self.digits.train_y)
        self.weights = {f"{l.name}.weight": l.weight for l in self.layers}
        self.source, self.parameters = folder / "dense.mlir", folder / "dense.safetensors"
        self.source.write_text(classifier.to_mlir(self.layers))
        classifier.save_parameters(self.layers, self.parameters)

    def run(self, model):
        """The accuracy of a compiled model on the test set, and its logits."""
        logits = model.run("predict", self.digits.test_x)
        return classifier.accuracy(logits, self.digits.test_y), logits

    def dense(self):
        """The dense model, whose compiled results must be numpy's."""
        model = import_model(self.source, self.parameters, self.folder / "dense.imported.mlir")
        accuracy, logits = self.run(model)
        expected = classifier.predict(self.layers, self.digits.test_x)
        if not np.allclose(logits, expected, rtol=1e-4, atol=1e-4):
            raise RuntimeError("the compiled dense model and numpy differ by "
                               f"{np.abs(logits - expected).max()}")  # fmt: skip
        if accuracy != classifier.accuracy(expected, self.digits.test_y):
            raise RuntimeError("the compiled dense model and numpy differ in accuracy")
        parameters = sum(l.weight.size + l.bias.size for l in self.layers)
        return Result("dense", 1.0, 1.0, 0.0, accuracy, parameters, model=model)

    def structured(self, family, keep):
        """The model with the hidden layers in a structure; the small last one stays dense."""
        name = f"{family.replace(' ', '_').replace(':', '_')}.{keep}"
        model = compress(self.source, self.parameters, FAMILIES[family](keep), self.folder / name,
                         min_parameters=4096)  # fmt: skip
        return Result(family, keep, model.keep, model.weight_error(self.weights),
                      self.run(model)[0], model.archive.parameters(), model=model)  # fmt: skip

    def measure(self, results, repeats=50, rounds=3):
        """Sets the median times; interleaved rounds spread what disturbs the machine."""
        for _ in range(rounds):
            for result in results:
                ms = result.model.median_ms("predict", self.digits.test_x, repeats=repeats)
                result.median_ms = min(ms, result.median_ms or ms)


def print_table(console, dense, results, rows):
    """The table of the demo: dense first, then one row per family."""
    table = Table(title=f"Digits classifier 64-256-256-10, {rows} test images", title_justify="left")
    table.add_column("structure")
    for heading in ("keep", "weight error", "accuracy before", "after", "parameters", "time, ms", "over dense"):
        table.add_column(heading, justify="right")
    for r in [dense, *results]:
        table.add_row(
            r.family, f"{r.keep:.3f}", f"{r.error:.3f}" if r is not dense else "-",
            f"{dense.accuracy:.1%}", f"{r.accuracy:.1%}", f"{r.parameters:,}", f"{r.median_ms:.2f}",
            f"{r.median_ms / dense.median_ms:.2f}", end_section=r is dense,
        )  # fmt: skip
    console.print(table)


def print_planted(console, outcomes):
    """What compression did to the planted layers."""
    table = Table(title="Layers that have the structure exactly", title_justify="left")
    table.add_column("planted")
    for heading in ("keep", "weight error", "output error", "same prediction"):
        table.add_column(heading, justify="right")
    for o in outcomes:
        table.add_row(o.name, f"{o.keep:.3f}", f"{o.weight_error:.1e}", f"{o.output_error:.1e}",
                      f"{o.agreement:.1%}")  # fmt: skip
    console.print(table)


def add_arguments(parser):
    parser.add_argument("--keep", type=float, choices=KEEPS, default=0.5, help="keep of the table")
    parser.add_argument("--output", type=Path, default=build_folder() / "demo/classifier",
                        help="folder for files")  # fmt: skip


def run(options, console):
    """The demo; `options` as read by `add_arguments`."""
    start = time.perf_counter()

    demo = Demo(options.output)
    dense = demo.dense()
    sweep = {family: [] for family in FAMILIES}
    for family, keep in track([(f, k) for f in FAMILIES for k in KEEPS], "Compressing", console=console):
        sweep[family].append(demo.structured(family, keep))
    chosen = [next(r for r in results if r.target == options.keep) for results in sweep.values()]
    demo.measure([dense, *chosen])
    print_table(console, dense, chosen, len(demo.digits.test_y))
    console.print(
        "The hidden layers are compressed, the last layer (10 x 256) stays dense. Keep is over all "
        "weights.\nTimes are those of kernels, where the machine has instructions for them."
    )
    print_planted(console, [compress_planted(p, options.output) for p in PLANTED])
    target = options.output / "structures.png"
    picture.draw(demo, dense, sweep, chosen, target)
    console.print(f"Picture and files: {options.output}   ({time.perf_counter() - start:.0f} s)")
