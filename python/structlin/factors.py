# ===- factors.py - a weight from its factors -----------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The meaning of every structure (docs/Spec.md) once more, in numpy and f64: for
# pictures, and to recompute what the compiler reports.
#
# ===----------------------------------------------------------------------===//
"""Reads compressed archives and computes dense weights from factors."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import safe_open

FACTORS = ("U", "s", "V", "values", "indices", "offsets")


def low_rank(u, v):
    """U V, of (n_out, r) and (r, n_in)."""
    return u @ v


def blast(u, s, v):
    """Blocks U_i diag(s_ij) V_j, of (b1, p, r), (b1, b2, r) and (b2, r, q).

    Lee, Kwon, Qu, Kim 2024, arXiv 2410.21262, equation 1, V_j stored transposed.
    """
    b1, p, _ = u.shape
    b2, _, q = v.shape
    return np.einsum("ipr,ijr,jrq->ipjq", u, s, v, optimize=True).reshape(b1 * p, b2 * q)


def block_sparse(values, indices, offsets, n_in):
    """Blocks (nnz, bh, bw) at block columns `indices`, row by row between `offsets`."""
    _, bh, bw = values.shape
    rows = len(offsets) - 1
    blocks = np.zeros((rows, -(-n_in // bw), bh, bw), values.dtype)
    stored = slice(offsets[0], offsets[-1])
    blocks[np.repeat(np.arange(rows), np.diff(offsets)), indices[stored]] = values[stored]
    return blocks.transpose(0, 2, 1, 3).reshape(rows * bh, -1)


def sparse(values, indices, offsets, n_in):
    """Entries (nnz) at columns `indices`, row by row between `offsets`."""
    weight = np.zeros((len(offsets) - 1, n_in), values.dtype)
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    stored = slice(offsets[0], offsets[-1])
    weight[rows, indices[stored]] = values[stored]
    return weight


def sparse_nm(values, indices, group):
    """Entries (n_out, groups, n) at positions `indices` of every `group` columns."""
    n_out, groups, _ = values.shape
    weight = np.zeros((n_out, groups, group), values.dtype)
    np.put_along_axis(weight, indices.astype(np.int64), values, axis=2)
    return weight.reshape(n_out, groups * group)


def reconstruct(factors: Mapping[str, np.ndarray], shape: tuple[int, int], group: int | None = None) -> np.ndarray:
    """The dense weight, f64 and (n_out, n_in) = `shape`, of a dictionary of factors.

    `group` is the group size of an n:m structure. Padding is cut off. Raises
    ValueError if the factors are those of no structure.
    """
    f = {name: np.asarray(value, np.float64 if name in ("U", "s", "V", "values") else np.int64)
         for name, value in factors.items()}  # fmt: skip
    n_out, n_in = shape
    parts = []
    if {"U", "s", "V"} <= f.keys():
        parts.append(blast(f["U"], f["s"], f["V"]))
    elif {"U", "V"} <= f.keys():
        parts.append(low_rank(f["U"], f["V"]))
    if {"values", "indices", "offsets"} <= f.keys():
        of_rank = {1: sparse, 3: block_sparse}[f["values"].ndim]
        parts.append(of_rank(f["values"], f["indices"], f["offsets"], n_in))
    elif {"values", "indices"} <= f.keys():
        parts.append(sparse_nm(f["values"], f["indices"], group))
    if not parts:
        raise ValueError(f"no structure has the factors {sorted(f)}")
    return sum(part[:n_out, :n_in] for part in parts)


class CompressedArchive:
    """A safetensors file that structlin-fit wrote."""

    def __init__(self, path: Path | str):
        self._file = safe_open(path, framework="numpy")
        self._names = set(self._file.keys())
        self.metadata = self._file.metadata() or {}

    def __contains__(self, parameter: str) -> bool:
        return parameter in self._names

    @property
    def weights(self) -> list[str]:
        """The names of the weights that became factors, sorted."""
        return sorted(k.removesuffix(".structure") for k in self.metadata if k.endswith(".structure"))

    def parameters(self) -> int:
        """The number of stored numbers, indices and offsets not counted."""
        shapes = (self._file.get_slice(n).get_shape() for n in self._names
                  if not n.endswith((".indices", ".offsets")))  # fmt: skip
        return sum(int(np.prod(shape)) for shape in shapes)

    def bytes_of(self, weight: str) -> int:
        """The bytes of a weight: of its factors, or of the weight where it stayed dense."""
        names = [n for n in (weight, *(f"{weight}.{f}" for f in FACTORS)) if n in self._names]
        return sum(self._file.get_tensor(n).nbytes for n in names)

    def factors(self, weight: str) -> dict[str, np.ndarray]:
        """The factors of a weight, by their short names."""
        return {f: self._file.get_tensor(f"{weight}.{f}") for f in FACTORS
                if f"{weight}.{f}" in self._names}  # fmt: skip

    def group(self, weight: str) -> int | None:
        """The group size of an n:m structure, or None."""
        match = re.search(r"<\s*\d+\s*:\s*(\d+)\s*>", self.metadata[f"{weight}.structure"])
        return int(match.group(1)) if match else None

    def weight(self, name: str, shape: tuple[int, int]) -> np.ndarray:
        """The dense weight (f64) that the factors of `name` stand for."""
        return reconstruct(self.factors(name), shape, self.group(name))


def relative_error(weight: np.ndarray, approximation: np.ndarray) -> float:
    """||W - W'||_F / ||W||_F in f64."""
    weight = np.asarray(weight, np.float64)
    return float(np.linalg.norm(weight - approximation) / np.linalg.norm(weight))
