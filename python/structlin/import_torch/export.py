# ===- export.py - from a module to a graph of few operations --------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""torch.export of a module as it is used for inference, and its decomposition."""

import io
import warnings
from contextlib import ExitStack, contextmanager, redirect_stderr

import torch
from torch.utils import _pytree as pytree

from structlin.import_torch.decompositions import decomposition_table
from structlin.import_torch.errors import TorchImportError
from structlin.import_torch.reshapes import name_collapses
from structlin.import_torch.scalars import round_scalars


def export(module, example_inputs, dynamic_shapes=None):
    """The decomposed ExportedProgram of `module` in evaluation mode.

    `example_inputs` are a tuple of positional or a dictionary of keyword arguments, and
    `dynamic_shapes` what torch.export takes. The module is left as it was.
    """
    arguments, options = split_inputs(example_inputs)
    with ExitStack() as stack, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stack.enter_context(torch.no_grad())
        stack.enter_context(evaluation(module))
        stack.enter_context(no_fused_encoder())
        if any(t.is_meta for t in tensors_of(module)):
            stack.enter_context(on_meta(module))
            arguments, options = pytree.tree_map_only(torch.Tensor, to_meta, (arguments, options))
        stack.enter_context(redirect_stderr(io.StringIO()))  # torch prints the graph that it cannot export
        try:
            program = torch.export.export(module, arguments, options, dynamic_shapes=dynamic_shapes, strict=False)
            program = program.run_decompositions(decomposition_table())
        except Exception as error:  # torch.export raises whatever the module's code raises
            raise TorchImportError(f"torch.export failed: {type(error).__name__}: {error}") from error
    compute_on_cpu(program.graph)
    name_collapses(program.graph)
    round_scalars(program.graph)
    return program


def split_inputs(example_inputs):
    """Positional and keyword arguments of a call."""
    if isinstance(example_inputs, dict):
        return (), dict(example_inputs)
    if isinstance(example_inputs, (tuple, list)):
        return tuple(example_inputs), {}
    return (example_inputs,), {}


def tensors_of(module):
    """Parameters and buffers, each once."""
    yield from module.parameters()
    yield from module.buffers()


def to_meta(tensor):
    """A tensor of the same type and shape without data."""
    return torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")


@contextmanager
def evaluation(module):
    """No dropout, normalization by stored statistics."""
    training = [m for m in module.modules() if m.training]
    module.eval()
    try:
        yield
    finally:
        for m in training:
            m.training = True


@contextmanager
def no_fused_encoder():
    """Keep torch from replacing whole nn.TransformerEncoderLayers by one operation."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


@contextmanager
def on_meta(module):
    """All parameters and buffers on the meta device, where some are: operations need one device."""
    changed, moved = [], {}
    try:
        for m in module.modules():
            for tensors in (m._parameters, m._buffers):
                for name, tensor in tensors.items():
                    if tensor is None or tensor.is_meta:
                        continue
                    if tensor not in moved:
                        meta = to_meta(tensor)
                        is_parameter = isinstance(tensor, torch.nn.Parameter)
                        moved[tensor] = torch.nn.Parameter(meta, tensor.requires_grad) if is_parameter else meta
                    changed.append((tensors, name, tensor))
                    tensors[name] = moved[tensor]
        yield
    finally:
        for tensors, name, tensor in changed:
            tensors[name] = tensor


def compute_on_cpu(graph):
    """Make operations that name a device (the module's, or meta) name the CPU."""

    def cpu(argument):
        return torch.device("cpu") if isinstance(argument, torch.device) else argument

    for node in graph.nodes:
        node.args = pytree.tree_map(cpu, node.args)
        node.kwargs = pytree.tree_map(cpu, node.kwargs)
