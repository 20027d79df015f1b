# ===- signature.py - the types of a function in MLIR text ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# MLIR 22 has no Python bindings in Debian, so that a test which calls a compiled
# function reads its arguments and results from the text of the function.
#
# ===----------------------------------------------------------------------===//
"""Function signatures from MLIR text."""

import re
from dataclasses import dataclass

import ml_dtypes
import numpy as np

DTYPES = {
    "f64": np.dtype(np.float64), "f32": np.dtype(np.float32), "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16), "i64": np.dtype(np.int64), "i32": np.dtype(np.int32),
    "i16": np.dtype(np.int16), "i8": np.dtype(np.int8), "i1": np.dtype(np.bool_),
}  # fmt: skip


@dataclass(frozen=True)
class TensorType:
    """A ranked tensor or memref type; a dynamic size is None."""

    shape: tuple
    element: str

    @property
    def dtype(self):
        return DTYPES[self.element]

    def with_sizes(self, size):
        """The shape, with `size` for every dynamic size."""
        return tuple(size if d is None else d for d in self.shape)


@dataclass(frozen=True)
class Argument:
    """An argument: its type and its `structlin.param` name or None."""

    type: TensorType
    parameter: str | None


@dataclass(frozen=True)
class Signature:
    """The arguments and results of a function on tensors."""

    arguments: tuple
    results: tuple


def parse_type(text):
    """The type of `tensor<?x4xf32>` or `memref<...>`, layouts ignored."""
    match = re.match(r"\s*(?:tensor|memref)<([^,>]*)", text)
    if not match:
        raise ValueError(f"expected a ranked tensor or memref, got '{text.strip()}'")
    *sizes, element = match.group(1).strip().split("x")
    return TensorType(tuple(None if s == "?" else int(s) for s in sizes), element)


def matching(text, start):
    """The index after the bracket that closes the one at `start`."""
    depth = 0
    quoted = False
    for i in range(start, len(text)):
        c = text[i]
        if c == '"':
            quoted = not quoted
        elif not quoted and c in "([{<":
            depth += 1
        elif not quoted and c in ")]}>" and text[i - 1 : i + 1] != "->":
            depth -= 1
            if depth == 0:
                return i + 1
    raise ValueError("unbalanced brackets in a function's signature")


def split_commas(text):
    """The pieces of `text` between commas that stand in no brackets."""
    pieces, start, i = [], 0, 0
    while i < len(text):
        if text[i] in "([{<":
            i = matching(text, i)
            continue
        if text[i] == ",":
            pieces.append(text[start:i])
            start = i + 1
        i += 1
    return [p for p in pieces + [text[start:]] if p.strip()]


def parse_signature(text, function):
    """The signature of `func.func @function` in the MLIR text `text`."""
    match = re.search(r"func\.func\s+(?:public\s+|private\s+)?@" + re.escape(function) + r"\(", text)
    if not match:
        raise ValueError(f"no function @{function}")
    end = matching(text, match.end() - 1)
    arguments = []
    for piece in split_commas(text[match.end() : end - 1]):
        type_text = piece.split(":", 1)[1]
        name = re.search(r'structlin\.param\s*=\s*"([^"]*)"', type_text)
        arguments.append(Argument(parse_type(type_text), name.group(1) if name else None))
    rest = text[end:].lstrip()
    results = []
    if rest.startswith("->"):
        rest = rest[2:].lstrip()
        if rest.startswith("("):
            results = split_commas(rest[1 : matching(rest, 0) - 1])
        else:
            results = [rest[: matching(rest, rest.index("<"))]]
    return Signature(tuple(arguments), tuple(parse_type(r) for r in results))
