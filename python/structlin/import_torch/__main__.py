# ===- __main__.py - import a model from the command line ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""python -m structlin.import_torch: a PyTorch model as linalg text and safetensors."""

import argparse
import importlib.util
import logging
import sys
from pathlib import Path

from structlin.import_torch.errors import TorchImportError

DESCRIPTION = """\
Imports a PyTorch model: linalg on tensors as text, and the parameters as safetensors.

The model is what a function of a Python file returns, as a tuple of the module, its
example inputs and, if sizes vary, torch.export's dynamic_shapes:

    def model():
        return torch.nn.Linear(64, 10), (torch.randn(8, 64),)

or a folder as Hugging Face's transformers writes it (--transformers)."""
EPILOG = """\
Without --parameters no weight is written, and none read from a --transformers folder: give
the folder as it is to the compiler, which binds weights by their names."""


def parse_arguments(arguments):
    parser = argparse.ArgumentParser("python -m structlin.import_torch", description=DESCRIPTION, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("model", nargs="?", metavar="FILE.py:FUNCTION", help="the function that returns the model")
    parser.add_argument("--transformers", metavar="FOLDER", type=Path, help="a language model's folder, in its place")
    parser.add_argument("--output", "-o", metavar="FILE.mlir", type=Path, required=True, help="the text to write")
    parser.add_argument("--parameters", metavar="FILE.safetensors", type=Path, help="the parameters to write")
    parser.add_argument("--names", metavar="FILE.json", type=Path, help="a list of the parameters to write")
    parser.add_argument("--dtype", choices=("f32", "bf16", "f16"), help="convert the model and its inputs")
    parser.add_argument("--dynamic-batch", action="store_true", help="let the inputs' first size vary")
    parser.add_argument("--entry", default="main", help="the name of the function (default: main)")
    text = parser.add_argument_group("with --transformers")
    text.add_argument("--dynamic-sequence", action="store_true", help="let the number of tokens vary")
    text.add_argument("--batch", type=int, metavar="N", help="sequences in a batch (default: 1)")
    text.add_argument("--sequence", type=int, metavar="N", help="tokens in a sequence (default: 128)")
    parsed = parser.parse_args(arguments)
    if (parsed.model is None) == (parsed.transformers is None):
        parser.error("expected either FILE.py:FUNCTION or --transformers FOLDER")
    if parsed.model and (parsed.dynamic_sequence or parsed.batch or parsed.sequence):
        parser.error("--dynamic-sequence, --batch and --sequence go with --transformers")
    for size in (parsed.batch, parsed.sequence):
        if size is not None and size < 1:
            parser.error(f"expected a size of at least 1, got {size}")
    return parsed


def torch_type(name):
    import torch

    return {None: None, "f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}[name]


def call_function(specification):
    """What FILE.py:FUNCTION returns."""
    path, _, name = specification.rpartition(":")
    if not path or not name:
        raise TorchImportError(f"expected FILE.py:FUNCTION, got {specification}")
    if not Path(path).is_file():
        raise TorchImportError(f"{path}: no such file")
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None:
        raise TorchImportError(f"{path}: expected a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(Path(path).resolve().parent))
    try:
        spec.loader.exec_module(module)
        if not callable(function := getattr(module, name, None)):
            raise TorchImportError(f"{path}: expected a function {name}")
        return function()
    except TorchImportError:
        raise
    except Exception as error:  # whatever the user's code raises
        raise TorchImportError(f"{specification}: {type(error).__name__}: {error}") from error


def import_function(options):
    import torch
    from torch.utils import _pytree as pytree

    from structlin.import_torch import import_torch
    from structlin.import_torch.shapes import dynamic_batch

    returned = call_function(options.model)
    if not isinstance(returned, tuple) or len(returned) not in (2, 3) or not isinstance(returned[0], torch.nn.Module):
        raise TorchImportError(f"{options.model}: expected a module and its example inputs, got {type(returned).__name__}")
    module, inputs, *shapes = returned
    shapes = shapes[0] if shapes else None
    if options.dynamic_batch:
        if shapes is not None:
            raise TorchImportError(f"{options.model}: expected no dynamic_shapes with --dynamic-batch")
        inputs, shapes = dynamic_batch(inputs)
    if dtype := torch_type(options.dtype):
        module = module.to(dtype)
        inputs = pytree.tree_map_only(
            torch.Tensor, lambda t: t.to(dtype) if t.is_floating_point() else t, inputs)  # fmt: skip
    return import_torch(module, inputs, dynamic_shapes=shapes, entry=options.entry)


def import_folder(options):
    try:
        from structlin.import_torch.huggingface import import_transformers, load_model, not_in_checkpoint
    except ModuleNotFoundError as error:
        raise TorchImportError(f"--transformers needs the package {error.name}") from error

    model = load_model(options.transformers, torch_type(options.dtype), weights=options.parameters is not None)
    imported = import_transformers(
        model, batch=options.batch or 1, sequence=options.sequence or 128, entry=options.entry,
        dynamic_batch=options.dynamic_batch, dynamic_sequence=options.dynamic_sequence)  # fmt: skip
    if options.parameters is None:
        report_unbound(not_in_checkpoint(options.transformers, imported.parameters))
    return imported


def report_unbound(names):
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        warn(f"the folder's safetensors files lack {', '.join(names[:3])}{more}: write the parameters with --parameters")


def warn(message):
    print(f"warning: {message}", file=sys.stderr)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        import torch

        torch._logging.set_logs(all=logging.CRITICAL)  # what fails is said once, below
        imported = import_folder(options) if options.transformers else import_function(options)
        imported.save(options.output, options.parameters, options.names)
    except TorchImportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "torch_mlir"):
            raise
        print(f"error: no module {error.name}: scripts/setup_torch.sh makes a Python that has it, "
              "build/torch-venv/bin/python", file=sys.stderr)  # fmt: skip
        return 1
    count = sum(v.numel() for v in imported.values.values())
    print(f"{options.output}: {imported.entry}({', '.join(map(str, imported.inputs))}), {count:,} parameters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
