# ===- layout.py - where tensors lie in a safetensors file ------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The safetensors library takes all tensors of a file at once. Who writes one tensor
# after the other needs the header first. The format is a length, a JSON header and the
# data: https://github.com/huggingface/safetensors#format
#
# ===----------------------------------------------------------------------===//
"""The header of a safetensors file, from the names, types and shapes of its tensors."""

import json
import math
import struct
from collections.abc import Mapping, Sequence

# Bytes of an element of each type that the compiler reads.
WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1,
          "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1}  # fmt: skip
# Of the first tensor; those after it follow without holes, as the format demands.
ALIGNMENT = 64


def lay_out(
    tensors: Mapping[str, tuple[str, Sequence[int]]], metadata: Mapping[str, str] | None = None
) -> tuple[bytes, dict[str, tuple[int, int]]]:
    """What the file begins with, and by name where each tensor begins and ends behind it.

    `tensors` are pairs of type (of WIDTHS) and shape. Wide elements come first, so that
    all are aligned; the result is in the order of the file.
    """
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    places, end = {}, 0
    for name in sorted(tensors, key=lambda name: (-WIDTHS[tensors[name][0]], name)):
        dtype, shape = tensors[name]
        begin, end = end, end + math.prod(shape) * WIDTHS[dtype]
        places[name] = begin, end
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text, places
