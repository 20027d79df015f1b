# ===- scalars.py - numbers in the type that they are used in --------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Python's numbers are f64. torch-mlir narrows them where the program runs, unless the
# narrow type has the number exactly.
#
# ===----------------------------------------------------------------------===//
"""Rounds the numbers in a graph to the types of the tensors that they meet."""

import torch

# Of an operand's schema: a number here is a value of the operation's element type.
VALUES = ("Tensor", "number")
# Their numbers make more numbers, in f64.
SEQUENCES = (torch.ops.aten.arange, torch.ops.aten.linspace, torch.ops.aten.logspace)


def compute_type(node):
    """The widest float type among an operation's tensors, or None."""
    tensors = [n.meta.get("val") for n in (*node.all_input_nodes, node)]
    types = [t.dtype for t in tensors if isinstance(t, torch.Tensor) and t.is_floating_point()]
    return max(types, key=lambda t: torch.finfo(t).bits, default=None)


def round_scalars(graph):
    """Round f64 numbers that operations on narrower floats take."""
    for node in graph.nodes:
        if not isinstance(node.target, torch._ops.OpOverload) or node.target.overloadpacket in SEQUENCES:
            continue
        dtype = compute_type(node)
        if dtype in (None, torch.float64):
            continue

        def rounded(argument, value):
            if not isinstance(value, float) or not any(kind in str(argument.type) for kind in VALUES):
                return value
            return torch.tensor(value, dtype=torch.float64).to(dtype).item()

        arguments = node.target._schema.arguments
        named = {a.name: a for a in arguments}
        node.args = tuple(rounded(a, v) for a, v in zip(arguments, node.args))
        node.kwargs = {name: rounded(named[name], v) for name, v in node.kwargs.items()}
