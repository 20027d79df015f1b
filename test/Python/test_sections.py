# ===- test_sections.py - generated sections of a page --------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""One section changes, the rest of the page does not; a page without it is refused."""

import pytest

from structlin import sections

BEGIN, END = sections.markers("a")
OTHER = "\n".join(sections.markers("b"))


def test_only_the_section_changes(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\ntext\n{OTHER}\n")
    sections.write(page, "a", "| new |\n")
    assert page.read_text() == f"# Title\n\n{BEGIN}\n\n| new |\n\n{END}\n\ntext\n{OTHER}\n"
    assert list(tmp_path.iterdir()) == [page]


def test_writing_twice_changes_nothing(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    sections.write(page, "a", "text")
    once = page.read_text()
    sections.write(page, "a", "text")
    assert page.read_text() == once


@pytest.mark.parametrize("text, message", [
    ("# Title\n", "once, got it 0 times"),
    (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", "once, got it 2 times"),
    (f"{END}\n{BEGIN}\n", "in the other order"),
    (f"{BEGIN}\n", "got it 0 times"),
])  # fmt: skip
def test_negative_markers(text, message, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=message) as caught:
        sections.write(page, "a", "new")
    assert str(page) in str(caught.value)
    assert page.read_text() == text
