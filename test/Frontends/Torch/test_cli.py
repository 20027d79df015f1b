# ===- test_cli.py - python -m structlin.import_torch ------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The command line: what it writes, and what it says instead."""

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig

from running import run
from structlin.import_torch.__main__ import main
from structlin.pipeline import Model

MODELS = """
import torch
from torch import nn

class Sorts(nn.Module):
    def forward(self, x):
        return torch.sort(x)[0]

class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))
    def forward(self, x):
        self.calls += 1
        return x + self.calls

class Branches(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x

def linear():
    torch.manual_seed(0)
    return nn.Linear(8, 4), (torch.randn(1, 8),)

def sorts(): return nn.Sequential(nn.Linear(8, 8), Sorts()), torch.randn(2, 8)
def counts(): return Counts(), torch.randn(2, 8)
def branches(): return Branches(), torch.randn(2, 8)
def wrong_input(): return nn.Linear(8, 4), torch.randn(2, 9)
def two_batches(): return nn.Bilinear(8, 8, 4), (torch.randn(2, 8), torch.randn(3, 8))
def fails(): raise KeyError("weights")
def nothing(): return None
"""


@pytest.fixture
def models(tmp_path):
    path = tmp_path / "models.py"
    path.write_text(MODELS)
    return path


def test_writes_both_files(models, tmp_path, capsys):
    text, archive = tmp_path / "m.mlir", tmp_path / "m.safetensors"
    assert main([f"{models}:linear", "-o", str(text), "--parameters", str(archive), "--dynamic-batch", "--entry", "f"]) == 0
    assert capsys.readouterr().out == f"{text}: f(input float32[?x8]), 36 parameters\n"
    torch.manual_seed(0)
    module = torch.nn.Linear(8, 4)
    assert all(torch.equal(value, module.state_dict()[name]) for name, value in load_file(archive).items())
    x = torch.randn(3, 8)
    got = Model(text, archive).run("f", x.numpy())
    torch.testing.assert_close(torch.from_numpy(got), module(x).detach())


def test_dtype(models, tmp_path):
    text, archive = tmp_path / "m.mlir", tmp_path / "m.safetensors"
    assert main([f"{models}:linear", "-o", str(text), "--parameters", str(archive), "--dtype", "bf16"]) == 0
    assert {t.dtype for t in load_file(archive).values()} == {torch.bfloat16}
    assert run(Model(text, archive), torch.ones(1, 8, dtype=torch.bfloat16)).dtype == torch.bfloat16


ERRORS = {
    "sorts": "error: 1: aten.sort.default: not supported: it becomes tm_tensor.sort, which MLIR lacks",
    "counts": "error: the module changes its buffer calls: expected a function of the inputs alone",
    "branches": "error: torch.export failed: GuardOnDataDependentSymNode",
    "wrong_input": "error: torch.export failed: ",
    "fails": "models.py:fails: KeyError: 'weights'",
    "nothing": "models.py:nothing: expected a module and its example inputs, got NoneType",
    "missing": "models.py: expected a function missing",
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name, models, tmp_path, capsys):
    before = sorted(tmp_path.iterdir())
    assert main([f"{models}:{name}", "-o", str(tmp_path / "m.mlir"), "--parameters", str(tmp_path / "m.safetensors")]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("error: ") and ERRORS[name] in said.err and said.out == ""
    assert [p for p in sorted(tmp_path.iterdir()) if p.name != "__pycache__"] == before


@pytest.mark.parametrize("arguments, message", (
    (["{models}:two_batches", "--dynamic-batch"], "expected the same first size in all inputs, got 2, 3"),
    (["nowhere.py:f"], "nowhere.py: no such file"),
    (["models.py"], "expected FILE.py:FUNCTION, got models.py"),
    (["--transformers", "{folder}"], "expected a folder with a config.json"),
    (["{models}:linear", "-o", "{folder}/none/m.mlir"], "error: {folder}/none/m.mlir: No such file or directory\n"),
    (["{models}:linear", "-o", "{folder}"], "error: {folder}: Is a directory\n"),
))  # fmt: skip
def test_wrong_arguments(arguments, message, models, tmp_path, capsys):
    arguments = [a.format(models=models, folder=tmp_path) for a in arguments]
    assert main(["-o", str(tmp_path / "m.mlir"), *arguments]) == 1
    assert message.format(folder=tmp_path) in capsys.readouterr().err and not (tmp_path / "m.mlir").exists()


@pytest.mark.parametrize("options", ([], ["--parameters", "m.safetensors"]), ids=("names", "weights"))
def test_broken_weights(options, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    BertConfig(num_hidden_layers=1, hidden_size=8, num_attention_heads=2, intermediate_size=8, vocab_size=8,
               architectures=["BertModel"]).save_pretrained("bert")  # fmt: skip
    Path("bert/model.safetensors").write_text("junk")
    assert main(["--transformers", "bert", "-o", "m.mlir", *options]) == 1
    assert re.match("error: bert.*: Error while deserializing header", capsys.readouterr().err.splitlines()[-1])
    assert [path.name for path in tmp_path.iterdir()] == ["bert"]


def test_one_model(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["-o", "m.mlir"])
    assert "expected either FILE.py:FUNCTION or --transformers FOLDER" in capsys.readouterr().err
