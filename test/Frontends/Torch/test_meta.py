# ===- test_meta.py - models without weights --------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Parameters on the meta device: the program without the memory."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from torch import nn

import structlin
from running import raised, run
from structlin.import_torch import TorchImportError
from structlin.import_torch.huggingface import fill_buffers, import_transformers
from structlin.pipeline import Model
from zoo import llama, tokens

PACKAGES = Path(__file__).resolve().parents[3] / "python"
BILLION = textwrap.dedent("""
    import resource, sys, torch, transformers
    from structlin.import_torch.huggingface import empty_model, import_transformers
    config = transformers.LlamaConfig(hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32,
                                      num_key_value_heads=8, vocab_size=32000, dtype="bfloat16", use_cache=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    imported = import_transformers(empty_model(transformers.LlamaForCausalLM, config), dynamic_batch=True)
    imported.save(sys.argv[1], names=sys.argv[2])
    print(sum(v.numel() for v in imported.values.values()), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
""")


def test_a_billion_parameters(tmp_path):
    """113 layers in 2.2 GB of weights that are never there, below 700 MiB and 1 MB of text."""
    done = subprocess.run([sys.executable, "-c", BILLION, tmp_path / "m.mlir", tmp_path / "m.json"],
                          env={**os.environ, "PYTHONPATH": str(PACKAGES)},
                          capture_output=True, text=True, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    count, mebibytes = map(int, done.stdout.split())
    assert count > 1_000_000_000 and mebibytes < 700
    assert (tmp_path / "m.mlir").stat().st_size < 1_000_000
    _, layers, left = raised(Model(tmp_path / "m.mlir", tmp_path / "none"))
    assert (layers, left) == (113, 32)
    names = {entry["name"]: entry for entry in json.loads((tmp_path / "m.json").read_text())}
    assert names["model.layers.15.mlp.down_proj.weight"] == {
        "name": "model.layers.15.mlp.down_proj.weight", "dtype": "BF16", "shape": [2048, 8192], "aliases": []}  # fmt: skip


def test_the_same_program_as_with_weights(tmp_path):
    """Rotary frequencies are in no checkpoint: they have values all the same."""
    real = llama().eval()
    with torch.device("meta"):
        empty = llama()
    fill_buffers(empty)
    text = import_transformers(empty, batch=2, sequence=7).text
    imported = import_transformers(real, batch=2, sequence=7)
    assert text == imported.text
    imported.save(tmp_path / "m.mlir", tmp_path / "m.safetensors")
    (tmp_path / "m.mlir").write_text(text)
    values = tokens(2, 7)
    with torch.no_grad():
        expected = real(*values).logits
    torch.testing.assert_close(run(Model(tmp_path / "m.mlir", tmp_path / "m.safetensors"), *values), expected, rtol=1e-5, atol=1e-5)


def test_no_archive_without_values(tmp_path):
    with torch.device("meta"):
        module = nn.Linear(4, 4)
    imported = structlin.import_torch(module, torch.randn(2, 4))
    assert imported.missing == ["weight", "bias"] and all(p.is_meta for p in module.parameters())
    with pytest.raises(TorchImportError, match="expected a value for every parameter, got 2 on the meta device"):
        imported.save(tmp_path / "m.mlir", tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())
