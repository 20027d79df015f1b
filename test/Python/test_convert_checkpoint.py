# ===- test_convert_checkpoint.py - torch's pickles to safetensors ----------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Names and writing with a loader of the test; pickles where there is a torch."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file
from structlin.convert_checkpoint import ConversionError, Rule, StoredTensor, convert, main, walk

ROOT = Path(__file__).resolve().parents[2]
HALVES = np.arange(6, dtype=np.float16).reshape(2, 3)
WIDE = np.arange(4, dtype=np.float64)


def stored(key, array, dtype):
    return StoredTensor(key, dtype, array.shape, array.tobytes)


def load(path):
    """Two tensors a file, a narrow one first."""
    yield stored("a.b", HALVES, "F16")
    yield stored("c", WIDE + int(path.stem[-1]), "F64")


def write_files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_names_come_from_paths_and_keys():
    rule = Rule("{layer}/{proj:q|k}_proj-{factor}.tensor", "model.{layer}.{proj}.{factor}/{key}")
    assert rule.match("3/q_proj-B.tensor") == {"layer": "3", "proj": "q", "factor": "B"}
    assert rule.match("3/v_proj-B.tensor") is None
    assert rule.match("x/3/q_proj-B.tensor") is None
    assert rule.match("3/q_proj-Bxtensor") is None
    assert rule.name({"layer": "3", "proj": "q", "factor": "B"}, "a.b") == "model.3.q.B/a.b"


def test_rules_of_the_tutorial():
    """The console block of docs/Tutorial.md, which needs torch to run."""
    text = (ROOT / "docs/Tutorial.md").read_text()
    rules = [Rule(*pair) for pair in re.findall(r"--rule '([^']*)' '([^']*)'", text)]
    names = {}
    for path in ("0/q_proj-B.tensor", "11/down_proj-D.tensor", "oats_chkpt_3.pt", "0/norm.tensor"):
        fields, rule = next(((r.match(path), r) for r in rules if r.match(path)), (None, None))
        names[path] = fields and rule.name(fields, "mlp.up_proj.S")
    assert names == {"0/q_proj-B.tensor": "model.layers.0.self_attn.q_proj.B",
                     "11/down_proj-D.tensor": "model.layers.11.mlp.down_proj.D",
                     "oats_chkpt_3.pt": "model.layers.3.mlp.up_proj.S", "0/norm.tensor": None}  # fmt: skip


@pytest.mark.parametrize("pattern, template", [("{layer}.pt", "{lyer}"), ("{a}{a}.pt", "{a}"), ("{key}.pt", "{key}"),
                                               ("{}.pt", "{key}"), ("{a}.pt", "{a:b}")])  # fmt: skip
def test_negative_fields(pattern, template):
    with pytest.raises(ConversionError, match="expected"):
        Rule(pattern, template)


def test_tensors_are_written_aligned_and_exact(tmp_path):
    source, output = tmp_path / "in", tmp_path / "out.safetensors"
    write_files(source, "x/l1.pt", "l2.pt", "other.txt")
    rules = [Rule("x/{name}.pt", "deep.{name}.{key}"), Rule("{name}.pt", "{name}.{key}")]
    assert convert(source, rules, output, load) == 4
    tensors = load_file(output)
    assert sorted(tensors) == ["deep.l1.a.b", "deep.l1.c", "l2.a.b", "l2.c"]
    assert np.array_equal(tensors["deep.l1.a.b"], HALVES) and tensors["l2.a.b"].dtype == np.float16
    assert np.array_equal(tensors["l2.c"], WIDE + 2)
    assert int.from_bytes(output.read_bytes()[:8], "little") % 64 == 56
    assert sorted(os.listdir(tmp_path)) == ["in", "out.safetensors"]


def test_nested_keys():
    assert list(walk({"a": {"b": 1, "c": [2, (3,)]}})) == [("a.b", 1), ("a.c.0", 2), ("a.c.1.0", 3)]
    assert list(walk(5)) == [("", 5)]


def complex_numbers(path):
    yield stored("z", WIDE, "torch.complex64")


def shrinking(path, calls=[]):
    calls.append(path)
    yield stored("a", WIDE if len(calls) == 1 else WIDE[:2], "F64")


@pytest.mark.parametrize("name, template, loader, message", [
    ("l1.pt", "same", load, "expected names to be distinct, got 'same', which tensor 'a.b'"),
    ("l1.pt", "", load, "tensor 'a.b': expected a name, got none from ''"),
    ("l1.pt", "{key}", complex_numbers, "tensor 'z': expected a type of F64, .*, got torch.complex64"),
    ("l1.txt", "{key}", load, "expected a file with tensors that a rule matches, got none"),
    ("l1.pt", "{key}", shrinking, "it changed while it was read"),
])  # fmt: skip
def test_negative_conversions_leave_nothing(tmp_path, name, template, loader, message):
    write_files(tmp_path / "in", name)
    with pytest.raises(ConversionError, match=message):
        convert(tmp_path / "in", [Rule("{file}.pt", template)], tmp_path / "out", loader)
    assert os.listdir(tmp_path) == ["in"]


def test_negative_no_folder(tmp_path):
    with pytest.raises(ConversionError, match="no such file or folder"):
        convert(tmp_path / "none", [Rule("{file}.pt", "{key}")], tmp_path / "out", load)


@pytest.mark.parametrize("name, reason", [("", "Is a directory"), ("none/out", "No such file or directory")])
def test_negative_output(name, reason, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("structlin.convert_checkpoint.torch_loader", lambda: load)
    write_files(tmp_path / "in", "l1.pt")
    assert main([str(tmp_path / "in"), "-o", str(tmp_path / name)]) == 1
    assert capsys.readouterr().err == f"error: {tmp_path / name}: {reason}\n"
    assert os.listdir(tmp_path) == ["in"]


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed here")
def test_negative_without_torch(tmp_path, capsys):
    assert main([str(tmp_path), "-o", str(tmp_path / "out")]) == 1
    assert "torch cannot be imported" in capsys.readouterr().err


# ===----------------------------------------------------------------------===//
# With torch
# ===----------------------------------------------------------------------===//


def torch_python():
    """A Python that has torch: STRUCTLIN_TORCH_PYTHON, scripts/setup_torch.sh's, or this one."""
    for python in (os.environ.get("STRUCTLIN_TORCH_PYTHON"), ROOT / "build/torch-venv/bin/python", sys.executable):
        if python and Path(python).exists():
            if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode == 0:
                return str(python)
    return None


SAVE = """
import sys, torch
folder = sys.argv[1]
torch.save({"S": torch.eye(4).to(torch.bfloat16), "more": [torch.arange(3), "text", torch.tensor([True, False])],
            "view": torch.arange(6.0).reshape(2, 3).t()}, folder + "/oats_chkpt_0.pt")
torch.save(torch.ones(2, 2, dtype=torch.float16), folder + "/q-B.tensor")
torch.save({"old": torch.full((2,), 7.0)}, folder + "/old_1.pt", _use_new_zipfile_serialization=False)
class Mine: pass
torch.save(Mine(), folder + "/mine.obj")
torch.save(torch.zeros(2, dtype=torch.float8_e4m3fn), folder + "/f8.narrow")
"""


def test_pickles_of_torch(tmp_path):
    python = torch_python()
    if not python:
        pytest.skip("no torch: scripts/setup_torch.sh makes an environment that has it")
    subprocess.run([python, "-c", SAVE, str(tmp_path)], check=True)

    def run(*arguments):
        command = [python, "-m", "structlin.convert_checkpoint", str(tmp_path), "-o", str(tmp_path / "out"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "python")})

    done = run("--rule", "oats_chkpt_{layer}.pt", "l{layer}.{key}", "--rule", "{proj}-{factor}.tensor", "{proj}.{factor}",
               "--rule", "old_{n}.pt", "{key}")  # fmt: skip
    assert done.returncode == 0, done.stderr
    tensors = load_file(tmp_path / "out")
    assert sorted(tensors) == ["l0.S", "l0.more.0", "l0.more.2", "l0.view", "old", "q.B"]
    assert tensors["l0.S"].dtype == ml_dtypes.bfloat16 and np.array_equal(tensors["l0.S"].astype(np.float32), np.eye(4))
    assert np.array_equal(tensors["l0.view"], np.arange(6.0).reshape(2, 3).T)
    assert tensors["l0.more.2"].tolist() == [True, False] and tensors["old"].tolist() == [7, 7]
    for pattern, message in [("{a}.obj", "cannot be read as tensors alone"), ("{a}.narrow", "got torch.float8_e4m3fn")]:
        done = run("--rule", pattern, "x{key}")
        assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr
