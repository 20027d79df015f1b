# ===- archive.py - a module's tensors as a safetensors file ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The safetensors package copies all tensors before it writes the first. This one writes
# them one after the other.
#
# ===----------------------------------------------------------------------===//
"""Writes tensors to a safetensors file, one at a time."""

import torch

from structlin.layout import lay_out

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip


def write_archive(stream, tensors, aliases):
    """Write `tensors`, by name, to a binary stream; `aliases` go to the metadata.

    Nothing larger than one tensor is held in memory.
    """
    header, places = lay_out({name: (DTYPES[t.dtype], t.shape) for name, t in tensors.items()}, aliases)
    stream.write(header)
    for name in places:
        flat = tensors[name].detach().cpu().contiguous().reshape(-1)
        stream.write(memoryview(flat.view(torch.uint8).numpy()))
