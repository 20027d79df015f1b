# ===- models.py - the corpus and random data for it ----------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What the tests know about the files under STRUCTLIN_IR_CORPUS, and parameters and
# inputs for them as .npy files, which every side of a comparison maps.
#
# ===----------------------------------------------------------------------===//
"""The files of the corpus, their entry functions and their random data."""

import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signature import parse_signature, parse_type

# The size given to every dynamic dimension.
DYNAMIC_SIZE = 3


@dataclass(frozen=True)
class Model:
    """A file of the corpus: its path there and its entry function."""

    path: str
    entry: str
    # Options of structlin-import.
    options: str = ""
    # It has linear layers that structlin raises.
    raised: bool = True
    # Too large to compile into or to run several times.
    huge: bool = False

    @property
    def name(self):
        return Path(self.path).stem

    @property
    def source(self):
        return Path(os.environ["STRUCTLIN_IR_CORPUS"]) / self.path

    @property
    def text(self):
        return self.source.read_text()

    @property
    def accumulates_in_bf16(self):
        """All its arithmetic is in bf16."""
        return "bf16" in self.text and not re.search(r"arith\.(extf|truncf)", self.text)


# Untagged arguments hold the weights.
AS_WEIGHTS = "arguments-as-weights=true"


def exported(name, options=""):
    return Model(f"exported/{name}.mlir", "main", options)


# Its weights are slices of a stack, which raise leaves dense, saying so.
SCAN = Model("exported/jax_scan.mlir", "main", AS_WEIGHTS, raised=False)

MODELS = [
    Model("deepseek_r1_1.5b_decode.linalg.mlir", "subgraph0_decode", AS_WEIGHTS, huge=True),
    Model("mnist_trained_mlp.mlir", "predict"),
    Model("projection_5d_f32.mlir", "entry"),
    Model("swiglu_ffn.tosa.mlir", "kernel", AS_WEIGHTS),
    Model("torch_mlp_bf16_3x1024.mlir", "forward"),
    Model("torch_mlp_f32_3x1024.mlir", "forward"),
    Model("transformer_block.tosa.mlir", "subgraph0", AS_WEIGHTS),
    exported("jax_bf16_f32acc", AS_WEIGHTS), exported("jax_block"), exported("jax_ein_heads"),
    exported("jax_gelu_mlp"), exported("jax_matvec", AS_WEIGHTS), exported("jax_relu_mlp"),
    SCAN, exported("jax_swiglu_bf16", AS_WEIGHTS),
    exported("jax_swiglu_generic", AS_WEIGHTS), exported("jax_vmap_mv", f"{AS_WEIGHTS} weights=1"),
    exported("onnx_bert_dynamo"), exported("onnx_h_gemm_t"), exported("onnx_h_matmul3"),
    exported("onnx_swiglu_dynamo"), exported("torch_bert_block_b2"),
    exported("torch_bert_block_b2_stock_decomp"), exported("torch_gelu_mlp"),
    exported("torch_gelu_mlp_dynbatch"), exported("torch_gelu_mlp_resource"),
    exported("torch_gpt2_block_b2"), exported("torch_llama_block_b2_bf16"),
    exported("torch_minilm_real_b1s16"), exported("torch_relu_mlp"), exported("torch_swiglu"),
]  # fmt: skip


def random_array(name, type):
    """Values that depend on the name and type alone.

    Floats are uniform with variance 1 / (last size), so that a layer keeps the scale
    of its input; rank 1 (biases, norms) has variance 1. Integers are 0 or 1: valid as
    tokens, token types, positions and masks alike.
    """
    shape = type.with_sizes(DYNAMIC_SIZE)
    rng = np.random.Generator(np.random.SFC64(zlib.crc32(name.encode())))
    if type.dtype.kind in "ib":
        return rng.integers(0, 2, shape).astype(type.dtype)
    values = rng.random(shape, np.float32)
    values -= np.float32(0.5)
    values *= np.float32(np.sqrt(12 / (shape[-1] if len(shape) > 1 else 1)))
    return values.astype(type.dtype, copy=False)


def blobless_resources(text):
    """Names and types of `dense_resource` constants whose values the file lacks."""
    uses = re.findall(r"dense_resource<([^>]+)>\s*:\s*(tensor<[^>]*>)", text)
    section = text.partition("{-#")[2]
    return {name: parse_type(t) for name, t in uses if f"{name}:" not in section}


class Data:
    """The random data of a model, as .npy files in one folder.

    The arguments are `arg0.npy`, ..., a tagged argument or a resource `<name>.npy`:
    the folder is also the archive of the model's parameters, under the names that
    import gives them.
    """

    def __init__(self, model, folder, text=None):
        self.text, self.folder = text or model.text, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.signature = parse_signature(self.text, model.entry)
        for i, argument in enumerate(self.signature.arguments):
            self._write(self.argument_name(i), argument.type)
        for name, type in blobless_resources(self.text).items():
            self._write(name, type)

    def argument_name(self, index):
        """The name of the file, and of the parameter, of an argument."""
        return self.signature.arguments[index].parameter or f"arg{index}"

    def path(self, name):
        return self.folder / f"{name}.npy"

    def arguments(self):
        """The .npy files of all arguments."""
        return [self.path(self.argument_name(i)) for i in range(len(self.signature.arguments))]

    def _write(self, name, type):
        if not self.path(name).exists():
            np.save(self.path(name), random_array(name, type))



def attach_resources(text, target, value):
    """Writes the model `text` to `target`, its blob-less resources with `value(name)`."""
    resources = blobless_resources(text)
    if resources:
        # A blob is its alignment as a 32-bit integer, then the data.
        blobs = ",\n".join(
            f'      {name}: "0x04000000{value(name).tobytes().hex().upper()}"' for name in resources
        )
        text += "\n{-#\n  dialect_resources: {\n    builtin: {\n" + blobs + "\n    }\n  }\n#-}\n"
    target.write_text(text)
    return target
