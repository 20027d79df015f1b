# ===- lowering.py - from an exported program to linalg text ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# torch-mlir's own MLIR is newer than ours: only text passes from one to the other.
#
# ===----------------------------------------------------------------------===//
"""Runs torch-mlir on an exported program whose parameters are inputs."""

import re

import torch
from torch.export.graph_signature import OutputKind, TensorArgument
from torch_mlir import ir
from torch_mlir.dialects import torch as torch_dialect
from torch_mlir.extras.fx_importer import ContextCache, FxImporter, FxImporterHooks
from torch_mlir.passmanager import PassManager

from structlin.import_torch.errors import TorchImportError

PIPELINE = (
    "builtin.module(func.func(torch-match-quantized-custom-ops),"
    "torchdynamo-export-to-torch-backend-pipeline,"
    "torch-backend-to-linalg-on-tensors-backend-pipeline,"
    "symbol-dce)"
)
# What the result may consist of: the dialects of which MLIR 22 has the same operations.
DIALECTS = ("affine", "arith", "builtin", "cf", "complex", "func", "linalg", "math", "ml_program", "scf", "tensor")
ELEMENT_TYPES = {
    torch.float64: "f64", torch.float32: "f32", torch.bfloat16: "bf16", torch.float16: "f16",
    torch.int64: "si64", torch.int32: "si32", torch.int16: "si16", torch.int8: "si8",
    torch.uint8: "ui8", torch.bool: "i1",
}  # fmt: skip


class InlineConstants(FxImporterHooks):
    """Small constants as attributes: torch-mlir's own are resources, which name data apart."""

    def resolve_literal(self, importer, literal, info):
        if not isinstance(literal, torch.Tensor) or literal.dtype not in ELEMENT_TYPES:
            return None
        return self.resolve_input(importer, literal, info)

    def resolve_input(self, importer, value, info):
        context, data = importer._c, value.detach().cpu().contiguous()
        element = ir.Type.parse(ELEMENT_TYPES[value.dtype], context)
        # numpy has no bfloat16: its bits.
        data = data.view(torch.int16) if data.dtype == torch.bfloat16 else data
        with ir.Location.unknown(context):
            attribute = ir.DenseElementsAttr.get(data.numpy(), type=element, shape=list(value.shape))
            return ir.Operation.create(
                "torch.vtensor.literal", results=[importer._cc.tensor_to_vtensor_type(value)],
                attributes={"value": attribute}, ip=ir.InsertionPoint.at_block_begin(importer._b),
            ).results[0]  # fmt: skip


class ModuleLocations(ContextCache):
    """Locates operations by the module that called them, for messages."""

    def get_node_location(self, node):
        stack = node.meta.get("nn_module_stack") or {}
        path = next(reversed(stack.values()))[0] if stack else ""
        source = super().get_node_location(node) or ir.Location.unknown(self._c)
        return ir.Location.name(f"{path or 'the module'}: {node.target}", source, context=self._c)


def lower(program, arguments, entry):
    """The text of a module with the function `entry`, whose parameters are tagged."""
    check_outputs(program)
    context = ir.Context()
    torch_dialect.register_dialect(context)
    importer = FxImporter(context=context, hooks=InlineConstants())
    importer._cc = ModuleLocations(context, py_attr_tracker=importer._py_attr_tracker)
    try:
        importer.import_program(program, func_name=entry)
        with context:
            PassManager.parse(PIPELINE).run(importer.module.operation)
    except ir.MLIRError as error:
        raise TorchImportError("\n".join(describe(d) for d in error.error_diagnostics) or str(error)) from error
    except Exception as error:  # torch-mlir asserts and raises many kinds
        raise TorchImportError(f"torch-mlir failed: {type(error).__name__}: {error}") from error
    check_operations(importer.module)
    tag_parameters(importer.module, entry, arguments)
    return portable_booleans(importer.module.operation.get_asm())


def check_outputs(program):
    for number, spec in enumerate(program.graph_signature.output_specs):
        if spec.kind == OutputKind.USER_OUTPUT and not isinstance(spec.arg, TensorArgument):
            what = getattr(spec.arg, "value", spec.arg)
            raise TorchImportError(f"output {number}: expected a tensor, got {what}")


def where(location):
    """Module path and operation of a location, or its text."""
    name = re.search(r'loc\("([^"]*: [^"]*)"', str(location))
    return name[1] if name else str(location)


def describe(diagnostic):
    """One line: which operation of which module, and what is wrong with it."""
    return f"{where(diagnostic.location)}: {diagnostic.message.splitlines()[0]}"


def check_operations(module):
    """torch-mlir has operations of its own for scans, sorts and scatters."""
    foreign = {}

    def visit(operation):
        if operation.name.split(".")[0] in DIALECTS:
            return ir.WalkResult.ADVANCE
        place = where(operation.location)
        foreign.setdefault(place, f"{place}: not supported: it becomes {operation.name}, which MLIR lacks")
        return ir.WalkResult.SKIP

    module.operation.walk(visit, ir.WalkOrder.PRE_ORDER)
    if foreign:
        raise TorchImportError("\n".join(foreign.values()))


def tag_parameters(module, entry, arguments):
    with module.context as context:
        context.allow_unregistered_dialects = True
        function = next(o for o in module.body.operations if getattr(o, "sym_name", None) == ir.StringAttr.get(entry))
        tags = [{"structlin.param": ir.StringAttr.get(p.name)} for p in arguments.parameters]
        function.attributes["arg_attrs"] = ir.ArrayAttr.get(
            [ir.DictAttr.get(tag) for tag in tags + [{}] * len(arguments.inputs)])  # fmt: skip


def portable_booleans(text):
    """Boolean constants as MLIR 22 reads them: eight to a byte, least significant bit first.

    Newer MLIR writes those of more than a hundred elements with a byte each.
    """

    def pack(match):
        data = bytes.fromhex(match[1])
        count = 1
        for size in re.findall(r"\d+(?=x)", match[2]):
            count *= int(size)
        if len(data) != count:
            return match[0]
        bits = bytearray((count + 7) // 8)
        for i, value in enumerate(data):
            bits[i // 8] |= bool(value) << i % 8
        return f'dense<"0x{bits.hex().upper()}"> : tensor<{match[2]}i1>'

    return re.sub(r'dense<"0x([0-9A-Fa-f]+)"> : tensor<((?:\d+x)+)i1>', pack, text)
