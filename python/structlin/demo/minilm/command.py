# ===- command.py - the MiniLM demo's command -----------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Imports all-MiniLM-L6-v2 from PyTorch, compresses it with every structure, compares embeddings."""

import time
from pathlib import Path

from rich.progress import track

from structlin import sections
from structlin.demo.minilm import page
from structlin.demo.minilm.study import FAMILIES, Study
from structlin.demo.minilm.table import HEADINGS, SWEEP_HEADINGS, cells, rich_table, sweep_cells
from structlin.tools import build_folder

NAMES = (*FAMILIES, "mixed")
KEEPS = (0.25, 0.5, 0.75, 0.875)  # n:m keeps eighths
SWEEP = (0.5, 0.75, 0.875)


def add_arguments(parser):
    parser.add_argument("--keep", type=float, choices=KEEPS, default=0.5, help="keep of the first table")
    parser.add_argument("--structures", nargs="+", choices=NAMES, default=NAMES, metavar="NAME",
                        help=f"rows of the tables, of: {', '.join(NAMES)} (all)")  # fmt: skip
    parser.add_argument("--no-sweep", action="store_true", help="leave out the table of other keeps")
    parser.add_argument("--output", type=Path, default=build_folder() / "demo/minilm", help="folder for files")
    parser.add_argument("--page", type=Path, help="also write the tables to this page (docs/Models.md)")


def run(options, console):
    """The demo; `options` as read by `add_arguments`."""
    start = time.perf_counter()
    if options.page:
        sections.check(options.page, "minilm")
    # So many columns need more than the console's usual width.
    console.width = max(console.width, 132)
    with console.status("Importing from PyTorch, running the dense model"):
        study = Study(options.output)
    console.print(page.dense_sentence(study))
    others = [] if options.no_sweep else [k for k in SWEEP if k != options.keep]
    wanted = [(name, options.keep) for name in options.structures]
    wanted += [(name, keep) for name in options.structures if name != "mixed" for keep in others]
    made = {}
    for name, keep in track(wanted, "Compressing", console=console):
        made[name, keep] = study.structured(name, keep)
    chosen = [made[name, options.keep] for name in options.structures]
    with console.status("Measuring times"):
        study.measure([study.dense, *chosen])

    rows = [cells(result, study.dense) for result in (study.dense, *chosen)]
    console.print(rich_table(page.title(study, options.keep), HEADINGS, rows, sections=(0,)))
    console.print(page.explain_columns(study))
    sweep = [made[key] for key in sorted(made, key=lambda key: (NAMES.index(key[0]), -key[1])) if key[0] != "mixed"]
    sweep_rows = [sweep_cells(result, study.dense) for result in sweep] if others else []
    if sweep_rows:
        ends = [i for i in range(len(sweep)) if i + 1 == len(sweep) or sweep[i + 1].name != sweep[i].name]
        console.print(rich_table("Every family at several keeps", SWEEP_HEADINGS, sweep_rows, sections=ends))
    seconds = time.perf_counter() - start
    if options.page:
        sections.write(options.page, "minilm", page.section(study, options.keep, rows, sweep_rows, seconds))
    console.print(f"Files: {options.output}   ({seconds:.0f} s)")
