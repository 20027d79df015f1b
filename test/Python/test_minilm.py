# ===- test_minilm.py - the demo on a sentence embedding model ------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The parts that need no torch: measures, tables, the page. Frontends/Torch has the rest."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from structlin import sections
from structlin.demo.minilm import page, similarity, table
from structlin.demo.minilm.sentences import pairs, read_groups
from structlin.demo.minilm.study import Result

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def embeddings():
    return np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)


def test_cosines(embeddings):
    np.testing.assert_allclose(similarity.cosines(embeddings, 3 * embeddings), 1)
    np.testing.assert_allclose(similarity.cosines(-embeddings, embeddings), -1)
    np.testing.assert_allclose(similarity.cosines([[1, 0], [1, 1]], [[0, 2], [1, 0]]), [0, np.sqrt(0.5)])


def test_rank_correlation(embeddings):
    # A rotation of the space leaves all similarities as they are.
    rotation = np.linalg.qr(np.random.default_rng(1).standard_normal((5, 5)))[0]
    assert similarity.rank_correlation(embeddings @ rotation, embeddings) == pytest.approx(1)
    # Angles of three vectors in the plane: ranks 1, 3, 2 and 3, 2, 1.
    at = lambda *angles: np.array([[np.cos(a), np.sin(a)] for a in angles])
    assert similarity.rank_correlation(at(0, 0.1, 0.3), at(0, 0.3, 0.2)) == pytest.approx(-0.5)


def test_partners_found():
    e = [[1, 0], [0.9, 0.1], [0, 1], [0.1, 1], [-1, 0]]
    assert similarity.partners_found(e, [(0, 1), (2, 3)]) == 4
    assert similarity.partners_found(e, [(0, 2)]) == 0
    # Nearest to the last is the third, whose own nearest is the fourth.
    assert similarity.partners_found(e, [(2, 4)]) == 1


def test_sentences():
    groups = read_groups()
    sentences = [sentence for group in groups for sentence in group]
    assert len(sentences) == len(set(sentences)) == 36
    assert {len(group) for group in groups} == {1, 2}
    assert len(pairs(groups)) == 12
    assert all(sentences[i : j + 1] in groups for i, j in pairs(groups))


def make_result(**changed):
    values = dict(name="sparse", keep=0.5, structured=36, weight_error=0.25, cosine_mean=0.9, cosine_min=0.8,
                  rank_correlation=0.95, partners=20, layer_bytes=42_467_328, file_bytes=90_000_000, fit_s=2.0,
                  median_ms=300.0, compile_s=5.0)  # fmt: skip
    return Result(**{**values, **changed})


def test_cells():
    dense = make_result(name="dense", weight_error=0.0, median_ms=150.0)
    row = dict(zip(table.HEADINGS, table.cells(make_result(), dense), strict=True))
    assert row == {
        "structure": "sparse", "layers": "36", "keep": "0.500", "weight error": "0.250", "cosine mean": "0.900",
        "min": "0.800", "rank corr.": "0.950", "pairs found": "20", "layers, MB": "42.5", "file, MB": "90.0",
        "time, ms": "300", "over dense": "2.00", "compile, s": "5.0", "fit, s": "2.0",
    }  # fmt: skip
    dense_row = dict(zip(table.HEADINGS, table.cells(dense, dense), strict=True))
    assert dense_row["weight error"] == dense_row["fit, s"] == "-" and dense_row["over dense"] == "1.00"


def test_page():
    dense = make_result(name="dense")
    study = SimpleNamespace(weights=range(36), inputs=[np.zeros((36, 25))], difference=2e-7, embeddings=np.zeros((36, 4)),
                            pairs=[(0, 1)], torch_version="2", torch_ms=123.4, load=0.5)  # fmt: skip
    rows = [table.cells(r, dense) for r in (dense, make_result())]
    text = page.section(study, 0.5, rows, [table.sweep_cells(make_result(), dense)], 60)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert [line.count("|") - 1 for line in lines] == 4 * [len(table.HEADINGS)] + 3 * [len(table.SWEEP_HEADINGS)]
    assert "2.0e-07" in text and "takes 123 ms" in text
    # The page in the project has the section that the command writes.
    models = (ROOT / "docs/Models.md").read_text(encoding="utf-8")
    assert text.strip() in sections.replace(models, "minilm", text)
