# ===- sections.py - generated sections of a page -------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Tables of measured numbers are written by the commands that measure them, each
# between markers of its own, so that text around them stays and two commands can
# write to one page.
#
# ===----------------------------------------------------------------------===//
"""Replaces what stands between two markers of a Markdown page."""

import os
import tempfile
from pathlib import Path


def markers(name):
    """The two lines around section `name`."""
    return f"<!-- begin generated: {name} -->", f"<!-- end generated: {name} -->"


def replace(page, name, text):
    """The text `page` with section `name` replaced by `text`.

    Raises ValueError unless each marker is in the page once and in order.
    """
    begin, end = markers(name)
    for marker in (begin, end):
        if page.count(marker) != 1:
            raise ValueError(f"expected the line '{marker}' once, got it {page.count(marker)} times")
    before, rest = page.split(begin)
    if end not in rest:
        raise ValueError(f"expected '{begin}' before '{end}', got them in the other order")
    after = rest.split(end)[1]
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def write(path, name, text):
    """Replaces section `name` of the file `path`, all or nothing; ValueError as above."""
    path = Path(path)
    try:
        page = replace(path.read_text(encoding="utf-8"), name, text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(page)
    os.chmod(file.name, path.stat().st_mode)
    os.replace(file.name, path)
