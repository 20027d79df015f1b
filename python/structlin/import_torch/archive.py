# ===- archive.py - a module's tensors as a safetensors file ---------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The safetensors package copies all tensors before it writes the first. This one writes
# them one after the other. The format is a length, a JSON header and the data:
# https://github.com/huggingface/safetensors#format
#
# ===----------------------------------------------------------------------===//
"""Writes tensors to a safetensors file, one at a time."""

import json
import struct

import torch

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
# Of the first tensor; those after it follow without holes, as the format demands.
ALIGNMENT = 64


def write_archive(stream, tensors, aliases):
    """Write `tensors`, by name, to a binary stream; `aliases` go to the metadata.

    Wide elements come first, so that every tensor is aligned to its elements. Nothing
    larger than one tensor is held in memory.
    """
    names = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header, offset = {}, 0
    if aliases:
        header["__metadata__"] = dict(aliases)
    for name in names:
        tensor = tensors[name]
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    stream.write(struct.pack("<Q", len(text)))
    stream.write(text)
    for name in names:
        flat = tensors[name].detach().cpu().contiguous().reshape(-1)
        stream.write(memoryview(flat.view(torch.uint8).numpy()))
