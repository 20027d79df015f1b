# ===- shapes.py - sizes that vary -----------------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Example inputs and torch.export's dynamic_shapes for models with a dynamic batch."""

import torch
from torch.export import Dim
from torch.utils import _pytree as pytree

from structlin.import_torch.errors import TorchImportError


def dynamic_batch(example_inputs):
    """The inputs and their dynamic_shapes with a dynamic first size in every tensor.

    torch.export takes a size of 1 for a constant, so examples of one row are doubled.
    """
    if isinstance(example_inputs, torch.Tensor):
        example_inputs = (example_inputs,)
    rows = {t.shape[0] if t.dim() else None for t in pytree.tree_leaves(example_inputs) if isinstance(t, torch.Tensor)}
    if len(rows) != 1 or None in rows:
        found = ", ".join(sorted(map(str, rows))) or "no tensor"
        raise TorchImportError(f"a dynamic batch: expected the same first size in all inputs, got {found}")
    batch = Dim("batch")

    def grow(leaf):
        single = isinstance(leaf, torch.Tensor) and leaf.shape[0] == 1
        return torch.cat([leaf, leaf]) if single else leaf

    return (pytree.tree_map(grow, example_inputs),
            pytree.tree_map(lambda leaf: {0: batch} if isinstance(leaf, torch.Tensor) else None, example_inputs))  # fmt: skip
