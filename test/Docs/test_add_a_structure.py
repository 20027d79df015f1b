# ===- test_add_a_structure.py - the page shows its example -----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""docs/AddAStructure.md quotes all of its example, and what it refers to exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/AddAStructure.md").read_text()
EXAMPLE = ROOT / "test/Example/BlockDiagonal"
QUOTED = re.findall(r"^```\w+ (\S+)$", PAGE, re.MULTILINE)


def test_quotes_cover_the_example():
    quoted = {Path(name).name for name in QUOTED}
    sources = {path.name for path in EXAMPLE.iterdir() if path.suffix in (".td", ".cpp", ".txt")}
    assert sources <= quoted


def test_paths_exist():
    mentioned = set(re.findall(r"(?:include|lib|test|docs)/[\w/.-]*\w", PAGE))
    assert mentioned and not [path for path in mentioned if not (ROOT / path).exists()]
