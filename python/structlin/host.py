# ===- host.py - models for compilers without structlin ---------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Exports a compressed model to plain linalg, and says what a host binds where."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from structlin.tools import run_tool


@dataclass
class HostModel:
    """Plain linalg, and its manifest (described with --structlin-export-parameters)."""

    mlir: Path
    manifest: dict

    def arguments(self, function: str, inputs: Sequence, parameter: Callable[[str], Any]) -> list:
        """What `function` is called with, in order.

        Its parameters are `parameter(name)`; the other arguments are the `inputs`, one
        after the other. Raises ValueError where there are more or fewer of them than
        the function takes, or there is no such public function.
        """
        functions = {f["name"]: f["arguments"] for f in self.manifest["functions"]}
        if function not in functions:
            raise ValueError(f"expected a function of {', '.join(functions)}, got {function}")
        names = [argument["parameter"] for argument in functions[function]]
        expected = names.count(None)
        if len(inputs) != expected:
            raise ValueError(f"expected {expected} inputs of {function}, got {len(inputs)}")
        rest = iter(inputs)
        return [next(rest) if name is None else parameter(name) for name in names]


def export(source: Path | str, target: Path | str, **options: Any) -> HostModel:
    """structlin-export of the file `source`, written to `target`; a HostModel.

    `options` are those of the pipeline (`to`, `tags`). Raises ToolError.
    """
    target = Path(target)
    manifest = target.with_suffix(".manifest.json")
    settings = {"manifest": manifest, **options}
    pipeline = " ".join(f"{name}={str(value).lower() if isinstance(value, bool) else value}"
                        for name, value in settings.items())  # fmt: skip
    run_tool("structlin-opt", f"--structlin-export={pipeline}", source, "-o", target)
    return HostModel(target, json.loads(manifest.read_text()))
