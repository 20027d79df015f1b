# ===- test_add_a_structure.py - the page quotes real files ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Code blocks of docs/AddAStructure.md that name a file are in that file, and what it refers to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/AddAStructure.md").read_text()
EXAMPLE = ROOT / "test/Example/BlockDiagonal"
QUOTES = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(QUOTES)))
def test_quote(number):
    name, code = QUOTES[number]
    assert code.strip() and code in (ROOT / name).read_text(), f"{name} does not contain:\n{code}"


def test_quotes_cover_the_example():
    quoted = {Path(name).name for name, _ in QUOTES}
    sources = {path.name for path in EXAMPLE.iterdir() if path.suffix in (".td", ".cpp", ".txt")}
    assert sources <= quoted


def test_paths_exist():
    mentioned = set(re.findall(r"(?:include|lib|test|docs)/[\w/.-]*\w", PAGE))
    assert mentioned and not [path for path in mentioned if not (ROOT / path).exists()]
