# ===- running.py - compile an imported model and call it -------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Imports with structlin-opt, runs with structlin-run, compares with torch."""

import re
import subprocess

import numpy as np
import torch

from structlin.pipeline import Model, import_model


def to_numpy(tensor):
    """numpy has no bfloat16: two opaque bytes, as structlin-run takes them."""
    tensor = tensor.detach().contiguous()
    return tensor.view(torch.int16).numpy().view("V2") if tensor.dtype == torch.bfloat16 else tensor.numpy()


def to_torch(array):
    return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16) if array.dtype == "V2" else torch.from_numpy(array)


def save(imported, folder):
    """Both files of an imported model, as a Model that runs dense."""
    imported.save(folder / "model.mlir", folder / "model.safetensors")
    return Model(folder / "model.mlir", folder / "model.safetensors")


def raised(model):
    """The Model after structlin-import, the layers found, and the products left."""
    linear = import_model(model.mlir, model.parameters, model.mlir.with_suffix(".raised.mlir"))
    text = linear.mlir.read_text()
    left = len(re.findall(r"linalg\.(matmul|batch_matmul|matvec|vecmat|contract)\b", text))
    return linear, text.count("structlin.linear "), left


def run(model, *inputs):
    return to_torch(model.run("main", *map(to_numpy, inputs)))


def parses_in_stock_mlir(path):
    """Whether mlir-opt without structlin takes the file; tags of arguments are its unknown dialect."""
    done = subprocess.run(["mlir-opt-22", "--allow-unregistered-dialect", path, "-o", "/dev/null"], capture_output=True, text=True)
    return done.stderr == "" and done.returncode == 0


def rms(x):
    return x.double().square().mean().sqrt().item()
