# ===- seeds.py - where the fuzzers begin ---------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Small inputs that reach far into each reader; the fuzzers change and combine them.
#
# ===----------------------------------------------------------------------===//
"""Writes the seeds of a fuzz target into a folder, beside what a fuzzer found before.

    seeds.py TARGET FOLDER
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1,
         "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1}


def header(tensors, metadata=None):
    """The header of (name, dtype, shape), and the size of their data."""
    entries = {"__metadata__": metadata} if metadata else {}
    end = 0
    for name, dtype, shape in tensors:
        begin, size = end, SIZES[dtype]
        for extent in shape:
            size *= extent
        end = begin + size
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    return json.dumps(entries, separators=(",", ":")).encode(), end


def headers():
    yield header([])
    yield header([("a", "F32", [])])
    yield header([("a", "F32", [2]), ("b", "BF16", [2, 3]), ("c", "I8", [5])], {"format": "pt"})
    yield header([("empty", "F64", [0, 3]), ("a", "U8", [3]), ("none", "BOOL", [0])])
    yield header([(dtype.lower(), dtype, [1]) for dtype in SIZES])
    yield header([("\u00e4\u4e16\U0001f600\"\\\n\0", "I8", [1])], {"a": "b\"", "": "\u00e4"})


def malformed():
    """Headers that break one constraint each, with the data that they would need."""
    def entry(name, shape, begin, end, dtype="U8"):
        return {name: {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}}

    a = entry("a", [4], 0, 4)
    for entries, size in [
        (a | entry("b", [4], 3, 7), 7),  # overlap
        (a | entry("b", [4], 0, 4), 4),  # the same data
        (a | entry("b", [0], 2, 2), 4),  # nothing, inside another
        (a | entry("b", [4], 5, 9), 9),  # a hole
        (entry("a", [4], 1, 5), 5),
        (a, 5),
        (a, 3),
        (entry("a", [3], 0, 4), 4),  # more data than the shape has
        (entry("a", [5], 0, 4), 4),
        (entry("a", [2], 0, 4, "F32"), 4),
        (entry("a", [2**63 - 1, 2, 0], 0, 0), 0),
        (entry("a", [2**61], 0, 0, "F64"), 0),
        (entry("a", [-2, -2], 0, 4), 4),
        (entry("a", [4.0], 0, 4), 4),
        (entry("a", [4], 4, 0), 4),
    ]:
        yield json.dumps(entries).encode(), size
    once = json.dumps(a).encode()[1:-1]
    yield b"{" + once + b"," + once + b"}", 4
    yield b"{" + once + b"," + once.replace(b'"a"', b'"\\u0061"') + b"}", 4
    empty = json.dumps(entry("a", [0], 0, 0)).encode()[1:-1]
    yield b"{" + empty + b"," + empty.replace(b'"a"', b'"\\u0061"') + b"}", 0
    yield b"{" + once.replace(b'"U8"', b'"U8","dtype":"I8"') + b"}", 4


def safetensors():
    """A header up to the byte 0 and data; or, after a byte 0, a file."""
    for text, size in [*headers(), *malformed()]:
        data = bytes(i % 2 for i in range(size))
        yield text + b"\0" + data
        yield b"\0" + struct.pack("<Q", len(text)) + text + data
    yield b"\0" + bytes(7)
    yield b"\0" + b"\xff" * 8 + b"{}"


def json_scan():
    for text, _ in [*headers(), *malformed()]:
        yield text
    yield b'{"a":{"b":[1,-2,3.5,1e3,007,true,null,"x\\"y"]},"a":{}}'
    yield b'{"a":1,"\\u0061":2}'
    yield b"[" * 40 + b"]" * 40


def safetensors_index():
    for index in [
        {"weight_map": {}},
        {"weight_map": {"a": "1.safetensors", "c": "2.safetensors"}},
        {"metadata": {"total_size": 3, "d": "a"},
         "weight_map": {"a": "1.safetensors", "b": "1.safetensors", "c": "2.safetensors"}},
        {"weight_map": {"a": "1.safetensors", "b": "3.safetensors"}},
        {"weight_map": {"a": "../1.safetensors"}},
        {"weight_map": {"x": "1.safetensors"}},
        {"weight_map": {"a": 1}},
    ]:
        yield json.dumps(index).encode()


def npy():
    for version in 1, 2, 3:
        for descr, order, shape, size in [
            ("'<f4'", "False", "(1,)", 4), ("'<f8'", "True", "(2, 3)", 48), ("'|V2'", "False", "()", 2),
            ("'|b1'", "False", "(3,)", 3), ("'|i1'", "True", "(2, 0, 3)", 0), ('"<u2"', "True", "(2L, 2L, 2L)", 16),
        ]:
            text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
            length = struct.pack("<H" if version == 1 else "<I", len(text))
            yield b"\x93NUMPY" + bytes([version, 0]) + length + text + bytes(i % 2 for i in range(size))


TARGETS = {"fuzz-json-scan": json_scan, "fuzz-npy": npy, "fuzz-safetensors": safetensors,
           "fuzz-safetensors-index": safetensors_index}


def main():
    target, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for seed in TARGETS[target]():
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


if __name__ == "__main__":
    main()
