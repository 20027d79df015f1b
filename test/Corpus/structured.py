# ===- structured.py - a model of the corpus through structlin ------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Import, compression, structlin-run, and back to upstream through decompose.
#
# ===----------------------------------------------------------------------===//
"""Runs models of the corpus through structlin's tools."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import upstream
from models import attach_resources
from signature import Argument, Signature, TensorType
from structlin.factors import CompressedArchive
from structlin.host import export
from structlin.tools import run_tool

# Seconds after which a tool is taken to hang.
TIMEOUT = 1200


@dataclass
class Structured:
    """An imported or compressed model, and the dense run that it comes from."""

    mlir: Path
    # A folder or file with its parameters.
    parameters: Path
    dense: object

    @property
    def text(self):
        return self.mlir.read_text()

    def inputs(self):
        """The positions of the original arguments that are no parameters now."""
        arguments = self.dense.data.signature.arguments
        imported = self.dense.folder / "imported.mlir"
        names = set(re.findall(r'structlin\.parameter "([^"]*)"', imported.read_text()))
        return [i for i, a in enumerate(arguments) if not a.parameter and f"arg{i}" not in names]

    def run(self, lowering="reference"):
        """The results through one of structlin-run's lowerings."""
        data, entry = self.dense.data, self.dense.model.entry
        inputs = [data.path(f"arg{i}") for i in self.inputs()]
        outputs = [self.mlir.with_suffix(f".{i}.npy") for i in range(len(data.signature.results))]
        run_tool("structlin-run", self.mlir, f"--entry={entry}", f"--inputs={','.join(map(str, inputs))}",
                 f"--outputs={','.join(map(str, outputs))}", f"--parameters={self.parameters}",
                 f"--lowering={lowering}",
                 "-O1",  # optimizing one large function at -O3 takes minutes
                 f"--shared-libs={upstream.compile_externals(self.mlir.with_suffix('.so'))}",
                 timeout=TIMEOUT)  # fmt: skip
        return [upstream.load_array(path, type.element) for path, type in zip(outputs, data.signature.results)]

    def run_decomposed(self):
        """The results of what a host without structlin gets."""
        host = export(self.mlir, self.mlir.with_suffix(".host.mlir"), tags=False)
        assert "structlin." not in host.mlir.read_text()
        self.attach(host)
        library = host.mlir.with_suffix(".so")
        upstream.compile_library(host.mlir, library)
        return self.call(library, host)

    def attach(self, host):
        """Gives the resources of an exported module, lowered or not, their values."""
        keys = {r["key"]: r["parameter"] for r in host.manifest["resources"]}
        attach_resources(host.mlir.read_text(), host.mlir,
                         lambda key: upstream.load_array(self._archived(keys[key]), None))  # fmt: skip

    def call(self, library, host):
        """The results of a compiled module; `host` has its manifest."""
        entry = self.dense.model.entry
        inputs = [self.dense.data.path(f"arg{i}") for i in self.inputs()]
        return upstream.run_in_process(library, entry, host.arguments(entry, inputs, self._archived),
                                       signature_from_manifest(host.manifest, entry),
                                       library.with_suffix(".results"))  # fmt: skip

    def _archived(self, name):
        """Where a parameter is; the archive lacks what the model never reads."""
        if name in CompressedArchive(self.parameters):
            return f"{self.parameters}#{name}"
        return self.dense.data.path(name)


def signature_from_manifest(manifest, function):
    """The Signature of an exported function."""
    (entry,) = [f for f in manifest["functions"] if f["name"] == function]

    def tensor(place):
        return TensorType(tuple(place["shape"]), place["dtype"])

    return Signature(tuple(Argument(tensor(a), a["parameter"]) for a in entry["arguments"]),
                     tuple(tensor(r) for r in entry["results"]))  # fmt: skip


def import_model(dense):
    """structlin-import of a dense run's model."""
    target = dense.folder / "imported.mlir"
    run_tool("structlin-opt", f"--structlin-import={dense.model.options}", dense.model.source, "-o", target, timeout=TIMEOUT)
    return Structured(target, dense.data.folder, dense)


def compress_options(dense, archive, **choice):
    """Options of structlin-compress that fit quickly; `choice` is a structure or a recipe."""
    options = {
        **choice, "parameters": dense.data.folder, "output-parameters": archive,
        "min-parameters": 1, "sweeps": 4, "oats-iterations": 2, "flop-limit": "1e10",
    }  # fmt: skip
    return " ".join([*(f"{name}={value}" for name, value in options.items()), dense.model.options])


def compress_with(dense, name, **choice):
    """structlin-compress of a dense run's imported model; `name` names its files."""
    target, archive = dense.folder / f"{name}.mlir", dense.folder / f"{name}.safetensors"
    run_tool("structlin-opt", f"--structlin-compress={compress_options(dense, archive, **choice)}",
             dense.model.source, "-o", target, timeout=TIMEOUT)  # fmt: skip
    return Structured(target, archive, dense)


def compress_model(dense, family, structure):
    """structlin-compress of a dense run's model with one structure for all layers."""
    import_model(dense)
    return compress_with(dense, family, structure=f'"{structure}"')


def assert_close(results, expected, tolerance):
    """Every difference is at most `tolerance` times the largest expected magnitude."""
    assert len(results) == len(expected)
    for i, (a, b) in enumerate(zip(results, expected)):
        assert a.shape == b.shape and a.dtype == b.dtype
        if a.dtype.kind in "ib":
            np.testing.assert_array_equal(a, b)
            continue
        a, b = a.astype(np.float64), b.astype(np.float64)
        assert np.isfinite(b).all(), f"result {i} of the reference is not finite"
        error, scale = np.abs(a - b).max(initial=0), np.abs(b).max(initial=0)
        assert error <= tolerance * scale, f"result {i}: error {error:.3g}, scale {scale:.3g}"
