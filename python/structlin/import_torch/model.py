# ===- model.py - an imported model and its files --------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""What an import gives, and how it is written."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import torch

from structlin.files import describe, replaced
from structlin.import_torch.archive import DTYPES, write_archive
from structlin.import_torch.errors import TorchImportError
from structlin.import_torch.parameters import TensorSpec


@dataclass
class ImportedModel:
    """A model as linalg text, and the tensors that it takes by name."""

    text: str
    """The module. Its function `entry` takes the parameters first, then the inputs."""
    entry: str
    inputs: list[TensorSpec]
    parameters: list[TensorSpec]
    values: dict[str, torch.Tensor]
    """The parameters' tensors, which are the module's own."""
    aliases: dict[str, str]
    """Other names of tied parameters, and the names used here."""

    @property
    def missing(self) -> list[str]:
        """The names of parameters without a value: those on the meta device."""
        return [name for name, value in self.values.items() if value.is_meta]

    def save(self, mlir: Path | str, parameters: Path | str | None = None, names: Path | str | None = None) -> None:
        """Write the text, and unless None the archive and the list of parameters.

        `parameters` is a safetensors file, which needs a value for every parameter;
        `names` a JSON list of their names, element types, shapes and aliases. All files
        are written, or none: raises TorchImportError.
        """
        if parameters is not None and self.missing:
            raise TorchImportError(f"expected a value for every parameter, got {len(self.missing)} on the meta device, "
                                   f"the first {self.missing[0]}")  # fmt: skip
        try:
            with ExitStack() as stack:
                if parameters is not None:
                    write_archive(stack.enter_context(replaced(parameters)), self.values, self.aliases)
                if names is not None:
                    stack.enter_context(replaced(names)).write(json.dumps(self.names(), indent=1).encode() + b"\n")
                stack.enter_context(replaced(mlir)).write(self.text.encode())
        except OSError as error:
            raise TorchImportError(describe(error)) from error

    def names(self) -> list[dict]:
        """The parameters as JSON: what a checkpoint for this model has to hold."""
        aliases = {}
        for alias, name in self.aliases.items():
            aliases.setdefault(name, []).append(alias)
        return [{"name": p.name, "dtype": DTYPES[p.dtype], "shape": list(p.shape), "aliases": aliases.get(p.name, [])}
                for p in self.parameters]  # fmt: skip
