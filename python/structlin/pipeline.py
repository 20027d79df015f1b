# ===- pipeline.py - compress and run a model file -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The steps from a dense model file to results, as functions."""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from structlin.factors import CompressedArchive
from structlin.tools import run_tool


@dataclass
class Timing:
    """The median of the calls in milliseconds, and what came before them in seconds.

    That is lowering, compiling, and reading the parameters.
    """

    median_ms: float
    compile_s: float


@dataclass
class Model:
    """A model that structlin-run takes: MLIR with parameters by name, and their archive."""

    mlir: Path
    parameters: Path

    def run(self, entry: str, *inputs: np.ndarray) -> np.ndarray:
        """The result of `entry` on arrays, which have the types of its arguments."""
        return self._run(entry, inputs)[0]

    def median_ms(self, entry: str, *inputs: np.ndarray, repeats: int = 20) -> float:
        """The median time in milliseconds of one call, after a first one."""
        return self.run_timed(entry, *inputs, repeats=repeats)[1].median_ms

    def run_timed(self, entry: str, *inputs: np.ndarray, repeats: int = 20) -> tuple[np.ndarray, Timing]:
        """The result of `entry`, and its Timing."""
        return self._run(entry, inputs, f"--bench={repeats}")

    def _run(self, entry, inputs, *options):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, f"in{i}.npy") for i in range(len(inputs))]
            for path, value in zip(paths, inputs):
                np.save(path, value)
            output = Path(folder, "out.npy")
            said = run_tool("structlin-run", self.mlir, f"--entry={entry}",
                            f"--inputs={','.join(map(str, paths))}", f"--outputs={output}",
                            f"--parameters={self.parameters}", *options)  # fmt: skip
            times = dict(re.findall(r"(\w+)=([0-9.]+)", said))
            timing = Timing(float(times["median_us"]) / 1e3, float(times["compile_ms"]) / 1e3) if times else None
            return np.load(output), timing


@dataclass
class CompressedModel(Model):
    """A model after structlin-compress, with its report (docs of structlin-report)."""

    report: dict

    @property
    def archive(self) -> CompressedArchive:
        """The factors and the other parameters."""
        return CompressedArchive(self.parameters)

    @property
    def keep(self) -> float:
        """Stored over dense parameters of all linear layers, dense ones included."""
        totals = self.report["totals"]
        return totals["parameters_after"] / totals["parameters_before"]

    def weight_error(self, weights: Mapping[str, np.ndarray]) -> float:
        """||W - W'||_F / ||W||_F over the layers together; `weights` by parameter name."""
        squared = {name: float(np.sum(np.square(w, dtype=np.float64))) for name, w in weights.items()}
        errors = {l["weight"]: l["error"] or 0.0 for l in self.report["layers"]}
        lost = sum(errors[name] ** 2 * squared[name] for name in squared)
        return float(np.sqrt(lost / sum(squared.values())))


def import_model(source: Path | str, parameters: Path | str, target: Path | str,
                 report: Path | str | None = None) -> Model:  # fmt: skip
    """structlin-import of the file `source`, written to `target`; a Model.

    Unless None, `report` is the path to write structlin-report's JSON to.
    """
    passes = ["--structlin-import", *([f"--structlin-report=file={report}"] if report else [])]
    run_tool("structlin-opt", *passes, source, "-o", target)
    return Model(Path(target), Path(parameters))


def compress(source: Path | str, parameters: Path | str, structure: str | None, target: Path | str,
             **options: Any) -> CompressedModel:  # fmt: skip
    """structlin-compress of the file `source` with one structure for all layers.

    With the option `recipe`, the path of a recipe, `structure` is None. `target` without
    suffix names the files written: .mlir, .safetensors, .json. `options` are those of the
    pipeline, with underscores for hyphens. Raises ToolError.
    """
    target = Path(target)
    files = {kind: target.with_name(f"{target.name}.{kind}") for kind in ("mlir", "safetensors", "json")}
    settings = {
        **({"structure": f'"{structure}"'} if structure else {}), "parameters": parameters,
        "output-parameters": files["safetensors"], "report": files["json"],
        **{name.replace("_", "-"): value for name, value in options.items()},
    }  # fmt: skip
    pipeline = " ".join(f"{name}={value}" for name, value in settings.items())
    run_tool("structlin-opt", f"--structlin-compress={pipeline}", source, "-o", files["mlir"])
    report = json.loads(files["json"].read_text())
    return CompressedModel(files["mlir"], files["safetensors"], report)
