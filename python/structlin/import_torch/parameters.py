# ===- parameters.py - the tensors of a module that become arguments -------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Names and values of the tensors that an exported program takes from its module.

Parameters and persistent buffers are named by their keys in the state dict. Tensors that
are in no state dict, non-persistent buffers and tensors made in `forward`, are constants:
small ones stay in the program, larger ones are named CONSTANTS and their name.
"""

from dataclasses import dataclass, field

import torch
from torch.export.graph_signature import ConstantArgument, InputKind, InputSpec, TensorArgument

from structlin.import_torch.errors import TorchImportError

# No state dict has keys that begin so.
CONSTANTS = "structlin.constants."
# Token positions, frequencies and scales: in no checkpoint, so best in the program itself.
INLINE_ELEMENTS = 4096


@dataclass(frozen=True)
class TensorSpec:
    """An input or parameter: its name, element type and shape, -1 where it is dynamic."""

    name: str
    dtype: torch.dtype
    shape: tuple[int, ...]

    def __str__(self):
        sizes = "x".join("?" if size < 0 else str(size) for size in self.shape)
        return f"{self.name} {str(self.dtype).removeprefix('torch.')}[{sizes}]"


@dataclass
class Arguments:
    """The entry function's arguments: parameters first, then inputs."""

    parameters: list[TensorSpec] = field(default_factory=list)
    inputs: list[TensorSpec] = field(default_factory=list)
    # Per parameter, on whatever device; of those on meta nothing but the shape is known.
    values: dict[str, torch.Tensor] = field(default_factory=dict)
    # Other keys of the state dict for the same tensor, and its name here.
    aliases: dict[str, str] = field(default_factory=dict)


def same_tensor(tensor):
    """Equal for names of one tensor (tied weights), on the meta device as well."""
    return (tensor.untyped_storage()._cdata, tensor.storage_offset(), tensor.shape, tensor.stride(), tensor.dtype)


def state_names(module):
    """The first key in the state dict of every tensor, and the aliases."""
    names, aliases = {}, {}
    for key, tensor in module.state_dict(keep_vars=True).items():
        first = names.setdefault(same_tensor(tensor), key)
        if first != key:
            aliases[key] = first
    return names, aliases


def module_tensors(module):
    """Every parameter and buffer by each of its names."""
    return {**dict(module.named_parameters(remove_duplicate=False)),
            **dict(module.named_buffers(remove_duplicate=False))}  # fmt: skip


def lift_parameters(program, module, named_as=None):
    """Make the parameters inputs of the program, in its order; returns the Arguments.

    A tensor that nothing uses is dropped; one with several names becomes one input. The
    program's own signature is changed: its inputs are then all user inputs, but for the
    constants that stay.
    """
    names, aliases = state_names(named_as or module)
    tensors = module_tensors(module)
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    signature = program.graph_signature
    check_mutations(signature)
    values = {spec.target: tensors.get(spec.target, program.constants.get(spec.target))
              for spec in signature.input_specs if spec.kind != InputKind.USER_INPUT}  # fmt: skip
    tie(signature, placeholders, values)
    found = Arguments(aliases=aliases)
    parameters, inputs = [], []
    for spec in signature.input_specs:
        node = placeholders[spec.arg.name]
        if spec.kind == InputKind.USER_INPUT:
            if isinstance(spec.arg, TensorArgument):
                found.inputs.append(TensorSpec(spec.arg.name, *type_of(node)))
            elif not isinstance(spec.arg, ConstantArgument):
                raise TorchImportError(f"input {spec.arg.name}: expected a tensor, got a number that may vary")
            inputs.append(spec)
            continue
        value = values[spec.target]
        if not node.users:
            program.graph.erase_node(node)
            continue
        name = names.get(same_tensor(value))
        if name is None:
            if spec.kind == InputKind.PARAMETER:
                raise TorchImportError(f"parameter {spec.target} is not in the state dict of the module that gives names")
            if stays_inline(value):
                program.constants[spec.target] = value  # it has been exported without, on the meta device
                inputs.append(spec)
                continue
            name = CONSTANTS + spec.target
        found.parameters.append(TensorSpec(name, value.dtype, tuple(value.shape)))
        found.values[name] = value
        parameters.append(InputSpec(InputKind.USER_INPUT, spec.arg, None))
    signature.input_specs[:] = parameters + inputs
    used = found.values.keys()
    found.aliases = {alias: name for alias, name in aliases.items() if name in used}
    return found


def tie(signature, placeholders, values):
    """Let the first of the names of one tensor be used in place of the others."""
    firsts = {}
    for spec in signature.input_specs:
        if spec.kind == InputKind.USER_INPUT:
            continue
        if not isinstance(spec.arg, TensorArgument):
            raise TorchImportError(f"{spec.target}: expected a tensor, got {spec.kind.name.lower()}")
        node = placeholders[spec.arg.name]
        first = firsts.setdefault(same_tensor(values[spec.target]), node)
        if first is not node:
            node.replace_all_uses_with(first)


def stays_inline(value):
    return not value.is_meta and value.numel() <= INLINE_ELEMENTS


def type_of(node):
    tensor = node.meta["val"]
    return tensor.dtype, tuple(size if isinstance(size, int) else -1 for size in tensor.shape)


def check_mutations(signature):
    """Only functions of their inputs can be imported."""
    for name in signature.buffers_to_mutate.values():
        raise TorchImportError(f"the module changes its buffer {name}: expected a function of the inputs alone")
    for name in signature.user_inputs_to_mutate.values():
        raise TorchImportError(f"the module changes its input {name}: expected a function of the inputs alone")
