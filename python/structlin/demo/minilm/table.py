# ===- table.py - the results as a table ----------------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The same cells on the terminal and, through `sections.table`, in docs/Models.md.
#
# ===----------------------------------------------------------------------===//
"""Rows of text from results, and a table of them for the terminal."""

from rich.table import Table

HEADINGS = ("structure", "layers", "keep", "weight error", "cosine mean", "min", "rank corr.", "pairs found",
            "layers, MB", "file, MB", "time, ms", "over dense", "compile, s", "fit, s")  # fmt: skip
SWEEP_HEADINGS = ("structure", "keep", "weight error", "cosine mean", "min", "rank corr.", "pairs found", "layers, MB")


def megabytes(size):
    return f"{size / 1e6:.1f}"


def cells(result, dense):
    """The cells of a row under HEADINGS; the dense model has no error and no fit."""
    is_dense = result is dense
    return (
        result.name, str(result.structured), f"{result.keep:.3f}",
        "-" if is_dense else f"{result.weight_error:.3f}",
        f"{result.cosine_mean:.3f}", f"{result.cosine_min:.3f}", f"{result.rank_correlation:.3f}",
        str(result.partners), megabytes(result.layer_bytes), megabytes(result.file_bytes),
        f"{result.median_ms:.0f}", f"{result.median_ms / dense.median_ms:.2f}",
        f"{result.compile_s:.1f}", "-" if is_dense else f"{result.fit_s:.1f}",
    )  # fmt: skip


def sweep_cells(result, dense):
    """The cells of a row under SWEEP_HEADINGS."""
    by_heading = dict(zip(HEADINGS, cells(result, dense)))
    return tuple(by_heading[heading] for heading in SWEEP_HEADINGS)


def rich_table(title, headings, rows, sections=()):
    """A table for the terminal; a line follows each of the rows whose index is in `sections`."""
    table = Table(title=title, title_justify="left", padding=(0, 0), pad_edge=False)
    for heading in headings:
        first = heading == headings[0]
        table.add_column(heading, justify="left" if first else "right", no_wrap=first)
    for index, row in enumerate(rows):
        table.add_row(*row, end_section=index in sections)
    return table
