# ===- test_demo.py - README's first command, without the build ------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The demo runs to its end, with every family in its table and its picture."""

import sys

from structlin import demo


def test_demo(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["structlin.demo", "--output", str(tmp_path)])
    demo.main()
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split("│")[1].strip() for line in lines if line.startswith("│")]
    assert rows[: 1 + len(demo.FAMILIES)] == ["dense", *demo.FAMILIES]
    assert (tmp_path / "structures.png").read_bytes().startswith(b"\x89PNG")
