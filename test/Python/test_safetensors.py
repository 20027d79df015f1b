# ===- test_safetensors.py - our archives and the safetensors library's ---===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# structlin-fit without a layer copies parameters from one archive to another: our reader
# reads what the library wrote, and the library reads what our writer made of it.
#
# ===----------------------------------------------------------------------===//
"""Archives pass in both directions between structlin and the safetensors library."""

import tempfile
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from structlin.tools import ToolError, run_tool

# The element types that both sides have, by their names in MLIR.
DTYPES = {
    "f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16,
    "i64": np.int64, "i32": np.int32, "i16": np.int16, "i8": np.int8,
    "ui64": np.uint64, "ui32": np.uint32, "ui16": np.uint16, "ui8": np.uint8, "i1": np.bool_,
}  # fmt: skip

# Any characters, those that JSON or MLIR escape more often. Surrogates are no characters.
TEXT = st.text(st.one_of(st.sampled_from("\"\\\n\r\t\0\x1b\x7f/'. äß世😀"),
                         st.characters(exclude_categories=["Cs"])), max_size=12)  # fmt: skip
NAMES = TEXT.filter(lambda name: name and name != "__metadata__")
SHAPES = st.lists(st.integers(0, 5), max_size=4)


def make_array(dtype, shape, seed):
    """Every bit pattern but for booleans: NaNs and infinities too."""
    numpy_type = np.dtype(DTYPES[dtype])
    count = int(np.prod(shape, dtype=np.int64))
    data = np.random.default_rng(seed).bytes(count * numpy_type.itemsize)
    if dtype == "i1":
        return (np.frombuffer(data, np.uint8) % 2 == 1).reshape(shape)
    return np.frombuffer(data, numpy_type).reshape(shape)


def quote(name):
    """A string literal of MLIR: bytes that could mean something are escaped."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_. "
    return '"' + "".join(chr(b) if b in plain else f"\\{b:02X}" for b in name.encode()) + '"'


def make_module(tensors):
    """A function that returns the parameters."""
    types = [f"tensor<{''.join(f'{n}x' for n in array.shape)}{dtype}>" for dtype, array in tensors.values()]
    lines = [f"  %{i} = structlin.parameter {quote(name)} : {type}"
             for i, (name, type) in enumerate(zip(tensors, types))]  # fmt: skip
    values = ", ".join(f"%{i}" for i in range(len(types)))
    returned = f"return {values} : {', '.join(types)}" if types else "return"
    return f"func.func @f() -> ({', '.join(types)}) {{\n" + "\n".join(lines) + f"\n  {returned}\n}}\n"


def copy(source, tensors, folder):
    """What structlin makes of the parameters `tensors` of the archive `source`."""
    module, target = folder / "m.mlir", folder / "out.safetensors"
    module.write_text(make_module(tensors))
    run_tool("structlin-opt", module, "-o", folder / "out.mlir",
             f"--structlin-fit=parameters={source} output-parameters={target}")  # fmt: skip
    return target


@st.composite
def archives(draw):
    """Tensors by name, each (MLIR's name of the type, array)."""
    names = draw(st.lists(NAMES, max_size=5, unique=True))
    return {
        name: (dtype := draw(st.sampled_from(sorted(DTYPES))),
               make_array(dtype, draw(SHAPES), draw(st.integers(0, 9))))
        for name in names
    }  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(archives(), st.dictionaries(TEXT, TEXT, max_size=3))
def test_round_trip(tensors, metadata):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        source = folder / "in.safetensors"
        # With an empty dictionary the library writes an archive without tensors as
        # `{},"__metadata__":{}}`, which it does not read either.
        save_file({name: array for name, (_, array) in tensors.items()}, source, metadata or None)
        read = load_file(copy(source, tensors, folder))
        assert read.keys() == tensors.keys()
        for name, (_, array) in tensors.items():
            assert read[name].dtype == array.dtype and read[name].shape == array.shape
            assert read[name].tobytes() == array.tobytes()


def test_metadata(tmp_path):
    """The structure and the error of a fitted weight are metadata that the library reads."""
    name = 'fc "1"\n.ä'
    save_file({name: np.eye(8, dtype=np.float32)}, tmp_path / "in.safetensors")
    (tmp_path / "m.mlir").write_text(f"""
      func.func @f(%x: tensor<2x8xf32>, %init: tensor<2x8xf32>) -> tensor<2x8xf32> {{
        %w = structlin.parameter {quote(name)} : tensor<8x8xf32>
        %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<8x8xf32>)
               outs(%init : tensor<2x8xf32>) {{structure = #structlin.low_rank<rank = 2>}}
               -> tensor<2x8xf32>
        return %y : tensor<2x8xf32>
      }}""")
    run_tool("structlin-opt", tmp_path / "m.mlir", "-o", tmp_path / "out.mlir",
             f"--structlin-fit=parameters={tmp_path}/in.safetensors output-parameters={tmp_path}/out.safetensors")  # fmt: skip
    with safe_open(tmp_path / "out.safetensors", "numpy") as file:
        assert set(file.keys()) == {f"{name}.U", f"{name}.V"}
        assert file.metadata()[f"{name}.structure"] == "#structlin.low_rank<rank = 2>"
        # The identity minus its best approximation of rank 2 keeps 6 of 8 ones.
        assert float(file.metadata()[f"{name}.error"]) == pytest.approx((6 / 8) ** 0.5, rel=1e-5)


def test_tied_by_metadata(tmp_path):
    """A file in which metadata give a second name, in the form that save_model writes."""
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    source = tmp_path / "in.safetensors"
    save_file({"embed.weight": weight}, source, {"format": "pt", "head.weight": "embed.weight"})
    tensors = {"embed.weight": ("f32", weight), "head.weight": ("f32", weight)}
    read = load_file(copy(source, tensors, tmp_path))
    for name in tensors:
        np.testing.assert_array_equal(read[name], weight)


@pytest.mark.parametrize("cut", [0, 4, 8, 20, -1])
def test_refuses_what_the_library_refuses(tmp_path, cut):
    """A truncated file; test/Archive has the other cases, with their messages."""
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    source = tmp_path / "in.safetensors"
    save_file({"w": weight}, source)
    source.write_bytes(source.read_bytes()[:cut])
    with pytest.raises(Exception, match="."):
        load_file(source)
    with pytest.raises(ToolError, match="in.safetensors"):
        copy(source, {"w": ("f32", weight)}, tmp_path)
    assert not (tmp_path / "out.safetensors").exists()
