# ===- reshapes.py - views of several dynamic sizes ------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# torch-mlir sees the sizes of `aten.view` as numbers, most of them unknown. Where two
# unknown sizes become one, it takes one of them for 1 and the result is wrong. torch
# knows which dimensions are collapsed: their sizes are expressions.
#
# ===----------------------------------------------------------------------===//
"""Says in the graph which dynamic dimensions a view collapses."""

import math

import torch

view = torch.ops.aten.view.default
collapse = torch.ops.prims.collapse.default


def is_dynamic(size):
    return not isinstance(size, int)


def same_size(a, b):
    """Whether two sizes are equal for all values of the dynamic ones."""
    if is_dynamic(a) and is_dynamic(b):
        return (a.node.expr - b.node.expr).expand() == 0
    return not is_dynamic(a) and not is_dynamic(b) and a == b


def segments(source, target):
    """The finest cut of both shapes into ranges of equal products, as pairs of ranges."""
    found, i, j = [], 0, 0
    while i < len(source) or j < len(target):
        # Shortest first; all that is left if nothing shorter fits.
        lengths = [(m, n) for m in range(1, len(source) - i + 1) for n in range(1, len(target) - j + 1)]
        lengths.sort(key=sum)
        m, n = next(((m, n) for m, n in lengths if same_size(math.prod(source[i : i + m]), math.prod(target[j : j + n]))),
                    (len(source) - i, len(target) - j))  # fmt: skip
        found.append((range(i, i + m), range(j, j + n)))
        i, j = i + m, j + n
    return found


def name_collapses(graph):
    """Where a view multiplies dynamic sizes, collapse their dimensions by `prims.collapse` first."""
    for node in list(graph.nodes):
        if node.target is not view:
            continue
        source, target = node.args[0].meta["val"].shape, node.meta["val"].shape
        cut = segments(source, target)
        collapsed = [dims for dims, _ in cut if sum(is_dynamic(source[i]) for i in dims) > 1]
        if not collapsed:
            continue
        value = node.args[0]
        with graph.inserting_before(node):
            for dims in reversed(collapsed):
                value = add_collapse(graph, value, dims, node)
        if all(len(made) == 1 and (dims in collapsed or len(dims) == 1) for dims, made in cut):
            node.replace_all_uses_with(value)
            graph.erase_node(node)
        else:
            node.args = (value, *node.args[1:])


def add_collapse(graph, value, dims, origin):
    """`value` with the dimensions `dims` as one."""
    new = graph.call_function(collapse, (value, dims.start, dims.stop - 1))
    new.meta = {key: item for key, item in origin.meta.items() if key != "tensor_meta"}
    new.meta["val"] = value.meta["val"].flatten(dims.start, dims.stop - 1)
    return new
