# ===- study.py - the dense model and its compressed forms ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Imports MiniLM, compresses it, runs the results on the sentences and measures them."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from safetensors import safe_open

from structlin.demo.families import families
from structlin.demo.minilm import similarity
from structlin.demo.minilm.sentences import pairs, read_groups
from structlin.pipeline import compress, import_model
from structlin.tools import ToolError

# Of layers 384 x 384, 1536 x 384 and 384 x 1536.
FAMILIES = families(blocks=4, block=16, group=8)
MIXED = Path(__file__).with_name("mixed.yaml")
# Fewer than the defaults (100 and 80), for time: BLAST's error of a 1536 x 384 weight is
# 0.434 after 30 sweeps and 0.428 after 100.
FIT = {"sweeps": 30, "oats_iterations": 30}
LARGEST_DIFFERENCE = 1e-5  # of the dense model from torch, in any entry of an embedding
PACKAGE_PATH = Path(__file__).resolve().parents[3]


@dataclass
class Result:
    """A row of the table. Embeddings are compared with those of our dense model."""

    name: str
    keep: float  # of the linear layers' parameters
    structured: int  # layers that are no longer dense
    weight_error: float
    cosine_mean: float
    cosine_min: float
    rank_correlation: float
    partners: int  # sentences whose nearest neighbour is their paraphrase
    layer_bytes: int  # of what the linear layers read: factors, indices, dense weights
    file_bytes: int
    fit_s: float
    median_ms: float | None = None
    compile_s: float | None = None
    model: object = None


def torch_python():
    """The Python that has torch: STRUCTLIN_TORCH_PYTHON's, this one, or that of scripts/setup_torch.sh."""
    if named := os.environ.get("STRUCTLIN_TORCH_PYTHON"):
        if not shutil.which(named):
            raise ToolError(f"expected a Python in STRUCTLIN_TORCH_PYTHON, got {named}")
        return named
    if find_spec("torch"):
        return sys.executable
    python = PACKAGE_PATH.parent / "build/torch-venv/bin/python"
    if not python.exists():
        raise ToolError(f"no {python}: run scripts/setup_torch.sh first")
    return python


def run_export(folder, *options):
    """structlin.demo.minilm.export, in the Python that has torch; what it printed."""
    command = [str(torch_python()), "-m", "structlin.demo.minilm.export", str(folder), *options]
    path = os.pathsep.join(filter(None, [str(PACKAGE_PATH), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    if done.returncode:
        raise ToolError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr[-4000:]}")
    return done.stdout


def settings_of(name, keep):
    """The arguments of `compress` that make the row `name`."""
    if name == "mixed":
        return {"structure": None, "recipe": MIXED}
    return {"structure": FAMILIES[name](keep)}


class Study:
    """The model in a folder, and what is measured of it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        run_export(self.folder)
        about = json.loads((self.folder / "export.json").read_text())
        self.torch_version, self.torch_ms = about["torch"], about["median_ms"]
        self.source, self.parameters = self.folder / "minilm.mlir", Path(about["parameters"])
        self.inputs = [np.load(self.folder / f"{name}.npy") for name in ("ids", "mask")]
        self.torch_embeddings = np.load(self.folder / "torch.npy")
        self.pairs = pairs(read_groups())
        self.dense = self._dense()

    def _dense(self):
        report = self.folder / "dense.json"
        model = import_model(self.source, self.parameters, self.folder / "dense.mlir", report)
        names = [l["weight"] for l in json.loads(report.read_text())["layers"]]
        with safe_open(self.parameters, framework="numpy") as file:
            self.weights = {name: file.get_tensor(name) for name in names}
        self.embeddings, timing = model.run_timed("main", *self.inputs, repeats=1)
        self.difference = float(np.abs(self.embeddings - self.torch_embeddings).max())
        if not self.difference <= LARGEST_DIFFERENCE:
            raise RuntimeError(f"expected the compiled dense model and torch to agree to {LARGEST_DIFFERENCE}, "
                               f"got a difference of {self.difference}")  # fmt: skip
        result = self._compare("dense", self.embeddings, model,
                               layer_bytes=sum(w.nbytes for w in self.weights.values()))  # fmt: skip
        result.median_ms, result.compile_s = timing.median_ms, timing.compile_s
        return result

    def _compare(self, name, embeddings, model, **known):
        cosines = similarity.cosines(embeddings, self.embeddings)
        values = {"keep": 1.0, "structured": 0, "weight_error": 0.0, "fit_s": 0.0,
                  "file_bytes": model.parameters.stat().st_size, **known}  # fmt: skip
        return Result(
            name, cosine_mean=float(cosines.mean()), cosine_min=float(cosines.min()),
            rank_correlation=similarity.rank_correlation(embeddings, self.embeddings),
            partners=similarity.partners_found(embeddings, self.pairs), model=model, **values,
        )  # fmt: skip

    def structured(self, name, keep):
        """The model with all linear layers in a structure: a family's, or the mixed recipe's."""
        start = time.perf_counter()
        target = self.folder / f"{name.replace(' ', '_').replace(':', '_')}.{keep}"
        model = compress(self.source, self.parameters, target=target, **settings_of(name, keep), **FIT)
        fit_s = time.perf_counter() - start
        layers = model.report["layers"]
        embeddings, timing = model.run_timed("main", *self.inputs, repeats=1)
        result = self._compare(
            name, embeddings, model, keep=model.keep, fit_s=fit_s,
            structured=sum(l["structure"] != "dense" for l in layers),
            weight_error=model.weight_error(self.weights),
            layer_bytes=sum(model.archive.bytes_of(l["weight"]) for l in layers),
        )  # fmt: skip
        result.median_ms, result.compile_s = timing.median_ms, timing.compile_s
        return result

    def measure(self, results, repeats=3):
        """Measures times again, torch's too; the smaller median of the two rounds stays."""
        for result in results:
            timing = result.model.run_timed("main", *self.inputs, repeats=repeats)[1]
            result.median_ms = min(result.median_ms, timing.median_ms)
            result.compile_s = min(result.compile_s, timing.compile_s)
        self.load = os.getloadavg()[0]
        self.torch_ms = min(self.torch_ms, float(run_export(self.folder, "--time")))
