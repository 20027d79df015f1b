# ===- test_performance.py - tables of the benchmark ------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The page on performance says what the results say."""

import json
import math
import pathlib

import pytest
from structlin import performance

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make_results(structured_seconds):
    def contender(name, kind, seconds, keep=1.0, size=4_000_000):
        return {"name": name, "kind": kind, "keep": keep, "bytes": size, "seconds": seconds}

    cell = {
        "inputs": 1000, "outputs": 1000, "type": "f32", "m": 5, "threads": 1, "cold": False,
        "load": 0.5,
        "contenders": [
            contender("slow", "library", [4e-3] * 9),
            contender("fast", "library", [2e-3] * 9),
            contender("dense", "dense", [1e-3] * 9),
            contender("BLAST b2 r8", "structured", structured_seconds, 0.25, 1_000_000),
            contender("MLIR sparsifier, BLAST b2 r8", "sparsifier", [4e-3] * 9, 0.25) | {"of": "BLAST b2 r8"},
        ],
    }
    return {
        "version": 1,
        "machine": {"cpu": "some", "cores": 2, "target": "avx2", "cache": 1 << 25},
        "ceilings": {"T1": {"gflops": 100.0, "reading": {"16": 200.0}}},
        "cells": {"1000x1000 f32 m5 T1 hot": cell},
    }


def make_page(tmp_path, results):
    (tmp_path / "machine.json").write_text(json.dumps(results))
    return performance.make_page(tmp_path, tmp_path / "pictures")


def test_ratios_and_rates(tmp_path):
    page = make_page(tmp_path, make_results([0.5e-3] * 9))
    # 2 * 5 * 1000 * 1000 products in a millisecond; the best library is the faster one.
    assert "| 1000 -> 1000 | 5 hot | 10 | 10% | 4 | 2.00 (2.00..2.00) | fast |" in page
    # Twice the dense kernel with a quarter of the parameters is half of the ideal.
    assert ("| 1000 -> 1000 | BLAST b2 r8 | 0.250 | 5 hot | 4.00 (4.00..4.00) | 2.00 (2.00..2.00) | "
            "50% | 5 | 2 | 1.0 MB |  |") in page
    assert (tmp_path / "pictures" / "machine-f32-T1.png").stat().st_size > 0


def test_the_sparsifier_is_compared_with_its_structure(tmp_path):
    page = make_page(tmp_path, make_results([0.5e-3] * 9))
    assert "| 1000 -> 1000 | BLAST b2 r8 | 8.00 (8.00..8.00) |" in page


def test_a_gated_mlp_has_three_products(tmp_path):
    results = make_results([0.5e-3] * 9)
    results["cells"]["1000x1000 f32 m5 T1 hot"]["products"] = 3
    page = make_page(tmp_path, results)
    assert "| gated MLP 1000 -> 1000 | 5 hot | 30 | 30% |" in page
    assert "| gated MLP, BLAST |" in page


def test_losses_are_folded_and_stay(tmp_path):
    page = make_page(tmp_path, make_results([1.25e-3] * 9))
    # As fast as dense, in dense's memory; what the structure's own kernel would take stays.
    assert ("| 1000 -> 1000 | BLAST b2 r8 | 0.250 | 5 hot | 2.00 (2.00..2.00) | 1, folded | 25% | 10 | 4 | "
            "4.0 MB | 0.80 (0.80..0.80) with 1.0 MB |") in page


def test_a_difference_within_the_interval_is_no_loss(tmp_path):
    page = make_page(tmp_path, make_results([0.5e-3, 2e-3] * 4 + [1.25e-3]))
    assert "folded |" not in page


@pytest.mark.parametrize("n", [9, 12, 21])
def test_intervals_hold_the_median_with_95_percent(n):
    interval = performance.median(range(n))
    below = int(interval.low)  # So many values lie below the interval's lower end.
    assert n - 1 - below == interval.high
    miss = sum(math.comb(n, i) for i in range(below + 1)) / 2**n
    wider = sum(math.comb(n, i) for i in range(below + 2)) / 2**n
    assert miss <= 0.025 < wider


def test_the_page_is_what_the_results_give():
    folder = ROOT / "benchmarks/cpu/results"
    notes = folder / "notes.md"
    page = performance.make_page(folder, notes=notes.read_text() if notes.exists() else "")
    # Pictures are not drawn again.
    written = (ROOT / "docs/Performance.md").read_text()
    without = [line for line in written.splitlines() if not line.startswith("![")]
    keep = lambda lines: [line for line in lines if line]
    assert keep(without) == keep(page.splitlines())


def test_every_result_is_complete():
    for path in (ROOT / "benchmarks/cpu/results").glob("*.json"):
        for key, cell in json.loads(path.read_text())["cells"].items():
            assert all(len(c["seconds"]) >= 9 for c in cell["contenders"]), key
            assert [c["name"] for c in cell["contenders"] if c["kind"] == "dense"] == ["dense"]
