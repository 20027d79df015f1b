# ===- scale.py - a 1B-parameter model through the compiler ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Time and memory of import, assignment and fits at the size of a real model, with
# random weights; a run that is killed over and over and goes on; and a check of the
# result by other programs. Writes its section of docs/Models.md.
#
# ===----------------------------------------------------------------------===//
"""Compresses a decoder of 1.2e9 random parameters: time, memory, and whether killed compressions go on."""

import argparse
import filecmp
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from safetensors import safe_open

from structlin import llama, sections
from structlin.checkpoint import write_random
from structlin.factors import CompressedArchive
from structlin.files import describe
from structlin.measure import Usage, machine, measure
from structlin.tools import ToolError, build_folder, run_tool

STRUCTURES = {
    "block-sparse": "#structlin.block_sparse<block = [32, 32], keep = 0.5>",
    "low rank": "#structlin.low_rank<keep = 0.5>",
}
# The output layer reads the embedding table, which the first layer needs whole.
RECIPE = """ignore: ["{head}"]
default: "{structure}"
"""


@dataclass
class Files:
    """What one compression reads and writes."""

    folder: Path
    model: Path
    weights: Path
    # The output layer, which stays dense.
    head: str
    name: str

    def output(self, kind: str) -> Path:
        return self.folder / f"{self.name}.{kind}"

    def command(self, structure: str) -> list:
        recipe = self.output("yaml")
        recipe.write_text(RECIPE.format(head=self.head, structure=structure))
        return [
            build_folder() / "bin" / "structlin-opt", self.model, "-o", self.output("mlir"),
            f"--structlin-compress=recipe={recipe} parameters={self.weights} "
            f"output-parameters={self.output('safetensors')} report={self.output('json')}",
        ]  # fmt: skip

    def leftovers(self) -> list[str]:
        """Files of this compression that are neither results nor the folder of
        finished fits."""
        kinds = ("yaml", "mlir", "safetensors", "safetensors.partial", "json", "log", "outcome")
        known = {self.output(kind) for kind in kinds}
        return [p.name for p in self.folder.glob(f"{self.name}.*") if p not in known]


def compress(files: Files, structure: str) -> Usage:
    """One compression from the start; raises ToolError."""
    shutil.rmtree(files.output("safetensors.partial"), ignore_errors=True)
    usage = measure(files.command(structure), files.output("log"))
    if usage.status:
        raise ToolError(f"exit status {usage.status}\n{files.output('log').read_text()[-4000:]}")
    return usage


def kill_and_resume(files: Files, structure: str, kills: int, seconds: float, seed: int = 0):
    """Runs a compression that is killed `kills` times, after random times that are
    `seconds` together on average, then to its end. Raises ToolError if a killed run
    leaves anything but finished fits and complete results."""
    rng = random.Random(seed)
    for kind in ("mlir", "safetensors", "json"):
        files.output(kind).unlink(missing_ok=True)
    for _ in range(kills):
        with open(files.output("log"), "wb") as log:
            process = subprocess.Popen(files.command(structure), stdout=log, stderr=log)
            try:
                process.wait(rng.uniform(0, 2 * seconds / kills))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        if process.returncode not in (0, -signal.SIGKILL) or files.leftovers():
            raise ToolError(f"status {process.returncode}, left {files.leftovers()}")
    usage = measure(files.command(structure), files.output("log"))
    if usage.status or files.output("safetensors.partial").exists():
        raise ToolError(files.output("log").read_text()[-4000:])


def verify(files: Files, samples: int = 4) -> float:
    """Checks a result with other programs: the IR is parsed and verified again, every
    parameter in it is in the archive with its type, and the errors of some weights are
    recomputed with NumPy. Returns the largest relative difference of an error."""
    text = run_tool("structlin-opt", files.output("mlir"))
    declared = dict(re.findall(r'structlin\.parameter "([^"]+)" : tensor<([^>]*)>', text))
    types = {"BF16": "bf16", "F32": "f32", "I32": "i32"}
    with safe_open(files.output("safetensors"), "np") as archive:
        stored = {}
        for name in archive.keys():
            part = archive.get_slice(name)
            stored[name] = "x".join(map(str, [*part.get_shape(), types[part.get_dtype()]]))
    if declared != stored:
        raise ToolError(f"the archive differs from the IR: {set(declared.items()) ^ set(stored.items())}")
    layers = [l for l in json.loads(files.output("json").read_text())["layers"] if l["error"]]
    chosen = layers[:: max(1, len(layers) // samples)]
    compressed = CompressedArchive(files.output("safetensors"))
    files_of = json.loads(files.weights.read_text())["weight_map"]
    worst = 0.0
    for layer in chosen:
        with safe_open(files.weights.parent / files_of[layer["weight"]], "np") as shard:
            dense = shard.get_tensor(layer["weight"]).astype(np.float64)
        error = np.linalg.norm(dense - compressed.weight(layer["weight"], dense.shape)) / np.linalg.norm(dense)
        worst = max(worst, abs(error - layer["error"]) / error)
    return worst


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@dataclass
class Outcome:
    """What is known about the compression with one structure."""

    usage: Usage
    layers: int
    keep: float
    archive_bytes: int
    # The largest relative difference of a recorded error to NumPy's.
    difference: float
    # The load average at the end.
    load: float
    # Kills of the run whose result was compared with this one's; 0 if there was none.
    kills: int = 0

    def row(self, name: str) -> list[str]:
        gib = 1 << 30
        return [
            name, str(self.layers), f"{self.keep:.3f}", minutes(self.usage.wall), minutes(self.usage.cpu),
            f"{self.load:.0f}", f"{self.usage.peak_resident / gib:.2f}",
            f"{self.usage.peak_anonymous / gib:.2f}", f"{self.archive_bytes / gib:.2f}",
            f"{self.difference:.0e}", str(self.kills) if self.kills else "not tried",
        ]  # fmt: skip

    def save(self, path: Path):
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load_from(cls, path: Path) -> "Outcome":
        values = json.loads(path.read_text())
        return cls(**values | {"usage": Usage(**values["usage"])})


# Instructions that the BLAS library has kernels for.
FEATURES = ("avx2", "avx512f", "amx_bf16")
HEAD = ["structure", "layers", "keep", "time (min:s)", "CPU time (min:s)", "load", "peak resident (GiB)",
        "peak anonymous (GiB)", "archive (GiB)", "errors = NumPy's to", "kills"]  # fmt: skip


def try_structure(files: Files, structure: str, kills: int) -> Outcome:
    """Compresses, checks, and compares with a run that is killed `kills` times."""
    record = files.output("outcome")
    if record.exists():
        outcome = Outcome.load_from(record)
    else:
        usage = compress(files, structure)
        layers = json.loads(files.output("json").read_text())["layers"]
        fitted = [l for l in layers if l["error"] is not None]
        keep = sum(l["parameters_after"] for l in fitted) / sum(l["parameters_before"] for l in fitted)
        outcome = Outcome(usage, len(fitted), keep, files.output("safetensors").stat().st_size,
                          verify(files), os.getloadavg()[0])  # fmt: skip
        outcome.save(record)
    if outcome.kills < kills:
        again = replace(files, name=files.name + "-killed")
        kill_and_resume(again, structure, kills, outcome.usage.wall * 0.8)
        for kind in ("safetensors", "mlir", "json"):
            if not filecmp.cmp(files.output(kind), again.output(kind), shallow=False):
                raise ToolError(f"{again.output(kind)} differs after {kills} kills")
        again.output("safetensors").unlink()
        outcome = replace(outcome, kills=kills)
        outcome.save(record)
    return outcome


def run(shape: llama.LlamaShape, tokens: int, folder: Path, kills: int) -> str:
    """Everything for one model; returns the section of the document. What an earlier
    run left in `folder` is not done again; raises ToolError if that was for another model."""
    folder.mkdir(parents=True, exist_ok=True)
    model, weights = folder / "model.mlir", folder / "weights" / "model.safetensors.index.json"
    text = llama.to_mlir(shape, tokens)
    if model.exists() and weights.exists() and model.read_text() != text:
        raise ToolError(f"{model}: expected the model that the options describe, got another one; "
                        "name another folder with --output, or remove this one")  # fmt: skip
    if not (model.exists() and weights.exists()):
        print("writing the model", flush=True)
        model.write_text(text)
        write_random(weights.parent, shape.weights(), shape.dtype)
    rows = []
    for name, structure in STRUCTURES.items():
        print(name, flush=True)
        files = Files(folder, model, weights, shape.head, name.replace(" ", "-"))
        rows.append(try_structure(files, structure, kills).row(name))
    count = sum(int(np.prod(s)) for s in shape.weights().values())
    shards = list(weights.parent.glob("*.safetensors"))
    size = sum(f.stat().st_size for f in shards) / (1 << 30)
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.cpu_count()
    return f"""## 1B-parameter scale

Made by `scripts/scale.sh` on {time.strftime("%Y-%m-%d")}; {machine(FEATURES)}, BLAS on {threads} of them.

A Llama-shaped decoder of {shape.num_hidden_layers} layers, hidden size {shape.hidden_size}, {shape.intermediate_size} inside the MLP,
{shape.num_attention_heads} query and {shape.num_key_value_heads} key heads, a vocabulary of {shape.vocab_size}: {count / 1e9:.2f}e9 parameters, random, {shape.dtype}, {size:.2f} GiB
in {len(shards)} files. One `structlin-compress` imports it, assigns the structure to every linear layer but the output layer, which
reads the embedding table, fits, and writes archive, IR and report.

{sections.table(HEAD, rows)}

*layers* and *keep* are those of the fitted layers. *load* is the load average at the end: the time that a run takes depends on what
else the machine does, CPU time hardly. *Resident* counts the pages of mapped files too (ru_maxrss of the process); *anonymous* is its
own memory. The IR is parsed and verified again, the archive read back with the safetensors library and compared with it, and
the errors of some weights recomputed with NumPy: they agree to the relative difference in the table. *kills*: so many times the same
compression was killed (SIGKILL) at random instants and started again; each time it left nothing but its folder of finished
fits, and in the end archive, IR and report were equal byte for byte to those of the uninterrupted run."""


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m structlin.scale", description=__doc__)
    parser.add_argument("--output", type=Path, help="folder for all files; what is done in it is not done "
                        "again (default: scale in the build folder, or scale-tiny)")  # fmt: skip
    parser.add_argument("--kills", type=int, default=8, help="kills of the run that is compared (default: 8; 0: none)")
    parser.add_argument("--tiny", action="store_true", help="a tiny model, for a try; the document stays")
    parser.add_argument("--tokens", type=int, default=128, help="length of the sequence (default: 128)")
    parser.add_argument("--document", type=Path, help="page to write the section to, between markers")
    options = parser.parse_args(arguments)
    if options.kills < 0:
        parser.error(f"expected a number of kills of at least 0, got {options.kills}")
    if options.tokens < 1:
        parser.error(f"expected a sequence of at least 1 token, got {options.tokens}")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    shape, folder = (llama.TINY, "scale-tiny") if options.tiny else (llama.LLAMA_1B, "scale")
    document = None if options.tiny else options.document
    try:
        if document:
            sections.check(document, "scale")
        section = run(shape, options.tokens, options.output or build_folder() / folder, options.kills)
        print(section)
        if document:
            sections.write(document, "scale", section)
    except (ToolError, OSError, sections.SectionError) as error:
        print(f"error: {describe(error)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
