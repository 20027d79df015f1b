# ===- test_demo.py - README's first command, without the build ------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The demo runs to its end, with every family in its table and its picture."""

from structlin.demo.__main__ import main
from structlin.demo.classifier import FAMILIES


def test_demo(tmp_path, capsys):
    main(["--output", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split("│")[1].strip() for line in lines if line.startswith("│")]
    assert rows[: 1 + len(FAMILIES)] == ["dense", *FAMILIES]
    assert (tmp_path / "structures.png").read_bytes().startswith(b"\x89PNG")
