# ===- __init__.py - models from PyTorch -----------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Needs torch and torch-mlir (scripts/setup_torch.sh), which nothing else does. They are
# imported when they are used, so that a missing one is a message and not a traceback.
#
# ===----------------------------------------------------------------------===//
"""Imports models from PyTorch: `structlin.import_torch(module, example_inputs)`.

The result is linalg on tensors as text, in which every linear layer has the same form and
every parameter is an argument tagged with its name, and the parameters' values apart.
`python -m structlin.import_torch --help` does the same from the command line.
"""

import sys
import types

from structlin.import_torch.errors import TorchImportError

__all__ = ["TorchImportError", "import_torch"]


def import_torch(module, example_inputs, *, dynamic_shapes=None, entry="main", named_as=None):
    """Import a torch.nn.Module; returns an ImportedModel (structlin.import_torch.model).

    The module is imported as it computes in evaluation mode, and is not changed. Its
    parameters may be on the meta device: neither memory nor time goes to them then.

    Args:
        module: the torch.nn.Module. Its outputs have to be tensors.
        example_inputs: a tensor, a tuple of positional arguments, or a dictionary of
            keyword arguments. Their element types and shapes count, not their values.
        dynamic_shapes: the sizes that may vary, as torch.export.export takes them, such
            as `({0: torch.export.Dim("batch")},)`. An example of such a size is at least 2.
        entry: the name of the function.
        named_as: the module whose state dict gives names to the parameters, where
            `module` is a wrapper around it.

    Raises:
        TorchImportError: the module cannot be exported, or uses an operation that has no
            form in linalg; the message names the operation and the submodule.
        ModuleNotFoundError: torch or torch-mlir is missing.
    """
    from structlin.import_torch.export import export
    from structlin.import_torch.lowering import lower
    from structlin.import_torch.model import ImportedModel
    from structlin.import_torch.parameters import lift_parameters

    program = export(module, example_inputs, dynamic_shapes)
    arguments = lift_parameters(program, module, named_as)
    text = lower(program, arguments, entry)
    return ImportedModel(text, entry, arguments.inputs, arguments.parameters, arguments.values, arguments.aliases)


class _Callable(types.ModuleType):
    """This package is called like its function, so that one name serves both."""

    def __call__(self, *arguments, **options):
        return import_torch(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
