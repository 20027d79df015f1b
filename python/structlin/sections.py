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

from collections.abc import Sequence
from pathlib import Path

from structlin.files import replaced


class SectionError(ValueError):
    """A page has no place for a section."""


def markers(name: str) -> tuple[str, str]:
    """The two lines around section `name`."""
    return f"<!-- begin generated: {name} -->", f"<!-- end generated: {name} -->"


def replace(page: str, name: str, text: str) -> str:
    """The text `page` with section `name` replaced by `text`.

    Raises SectionError unless each marker is in the page once and in order.
    """
    begin, end = markers(name)
    for marker in (begin, end):
        if page.count(marker) != 1:
            raise SectionError(f"expected the line '{marker}' once, got it {page.count(marker)} times")
    before, rest = page.split(begin)
    if end not in rest:
        raise SectionError(f"expected '{begin}' before '{end}', got them in the other order")
    after = rest.split(end)[1]
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def check(path: Path, name: str) -> None:
    """Raises SectionError or OSError if section `name` of the file `path` cannot be replaced.

    For commands that measure for long before they write.
    """
    _replaced_in(path, name, "")


def write(path: Path, name: str, text: str) -> None:
    """Replaces section `name` of the file `path`, all or nothing; errors as above."""
    page = _replaced_in(path, name, text)
    with replaced(path) as file:
        file.write(page.encode())


def _replaced_in(path: Path, name: str, text: str) -> str:
    try:
        return replace(Path(path).read_text(encoding="utf-8"), name, text)
    except SectionError as error:
        raise SectionError(f"{path}: {error}") from None


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [headings, ["---"] + ["--:"] * (len(headings) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
