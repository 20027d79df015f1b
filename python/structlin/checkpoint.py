# ===- checkpoint.py - safetensors checkpoints larger than memory ----------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The safetensors library writes dictionaries of whole tensors. Here tensors come in
# chunks, and only one chunk is in memory.
#
# ===----------------------------------------------------------------------===//
"""Random checkpoints in shards with an index, streamed to disk."""

import json
import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import ml_dtypes
import numpy as np

from structlin.layout import lay_out

_DTYPES = {"bf16": ("BF16", ml_dtypes.bfloat16), "f32": ("F32", np.float32)}
_CHUNK = 1 << 22


def random_values(name: str, shape: tuple[int, ...], dtype: str, seed: int) -> Iterator[np.ndarray]:
    """The entries of a random weight, in flat chunks, from its name and `seed` alone.
    Matrices: N(0, 1) over the root of the number of inputs; vectors, which scale:
    around one."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    scale, shift = (0.1, 1.0) if len(shape) == 1 else (shape[-1] ** -0.5, 0.0)
    count = math.prod(shape)
    for begin in range(0, count, _CHUNK):
        values = rng.standard_normal(min(_CHUNK, count - begin), np.float32)
        yield (values * np.float32(scale) + np.float32(shift)).astype(_DTYPES[dtype][1])


def write_random(folder: Path, shapes: Mapping[str, tuple[int, ...]], dtype: str, seed: int = 0,
                 shard_bytes: int = 1 << 29) -> Path:  # fmt: skip
    """Writes random weights as `model-00001-of-0000N.safetensors`, each of at most
    `shard_bytes` bytes of data or one tensor, with their index; returns the index."""
    folder.mkdir(parents=True, exist_ok=True)
    item = np.dtype(_DTYPES[dtype][1]).itemsize
    shards: list[dict[str, tuple[int, ...]]] = [{}]
    size = 0
    for name, shape in shapes.items():
        size += math.prod(shape) * item
        if shards[-1] and size > shard_bytes:
            shards.append({})
            size = math.prod(shape) * item
        shards[-1][name] = shape
    weight_map = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        weight_map |= dict.fromkeys(shard, file)
        _write_shard(folder / file, shard, dtype, seed)
    total = sum(math.prod(shape) for shape in shapes.values()) * item
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=1))
    return index


def _write_shard(path: Path, shapes: Mapping[str, tuple[int, ...]], dtype: str, seed: int):
    header, places = lay_out({name: (_DTYPES[dtype][0], shape) for name, shape in shapes.items()})
    with open(path, "wb") as file:
        file.write(header)
        for name in places:
            for values in random_values(name, shapes[name], dtype, seed):
                file.write(values.view(np.uint8).data)
