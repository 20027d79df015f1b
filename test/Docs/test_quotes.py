# ===- test_quotes.py - pages quote real files ------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""A block whose first line names a file, as in ```cpp lib/InitAll.cpp, is in that file. (The word in ```bash torch is none.)"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def quotes():
    """Page, file and text of every such block."""
    for page in sorted((ROOT / "docs").glob("*.md")):
        blocks = re.findall(r"^```\w+ (\S*[./]\S*)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
        for number, (name, code) in enumerate(blocks):
            yield pytest.param(name, code, id=f"{page.stem}-{number}")


QUOTES = list(quotes())


@pytest.mark.parametrize("name, code", QUOTES)
def test_quote(name, code):
    assert code.strip() and code in (ROOT / name).read_text(), f"{name} does not contain:\n{code}"


def test_pages_with_quotes():
    assert {"AddAStructure", "Embedding"} <= {quote.id.split("-")[0] for quote in QUOTES}
