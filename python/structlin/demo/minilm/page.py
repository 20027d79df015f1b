# ===- page.py - what is said about the tables ----------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Titles and explanations of the MiniLM demo, and its section of docs/Models.md."""

from structlin import sections
from structlin.demo.minilm.study import FIT, LARGEST_DIFFERENCE
from structlin.demo.minilm.table import HEADINGS, SWEEP_HEADINGS
from structlin.measure import machine


def title(study, keep):
    return f"all-MiniLM-L6-v2, {len(study.embeddings)} sentences, keep {keep}"


def dense_sentence(study):
    batch, length = study.inputs[0].shape
    return (f"{len(study.weights)} linear layers in the model; {batch} sentences, padded to {length} tokens. Dense embeddings "
            f"differ from torch's by at most {study.difference:.1e} (allowed: {LARGEST_DIFFERENCE:.0e}).")  # fmt: skip


def explain_columns(study):
    """What the columns mean, a sentence or two for each."""
    found = 2 * len(study.pairs)
    return (
        "Layers: how many of the linear layers have a structure. Keep: their stored parameters over the dense ones. "
        "Sparse n:m keeps n of every m entries of a row: 2 of 4, 3 of 4 or 7 of 8. Weight error: ‖W − W′‖_F / ‖W‖_F over these layers' weights together, that is "
        "sqrt(Σ ‖Wᵢ − Wᵢ′‖²_F / Σ ‖Wᵢ‖²_F). Cosine: between the embedding of a sentence by the compressed model and by the "
        "dense one, mean and minimum over the sentences. Rank corr.: Spearman's correlation of the cosines of all pairs of "
        "sentences in the two models. Pairs found: how many of the "
        f"{found} sentences that have a paraphrase among the {len(study.embeddings)} have it as nearest neighbour. "
        "Layers, MB: factors with their indices; file, MB: all parameters, most of them the embedding table. "
        "Time: one batch, compiled to kernels, where the machine has instructions for them; the smaller "
        f"median of two rounds. torch {study.torch_version} takes {study.torch_ms:.0f} ms. "
        "Fit: reading, fitting and writing the whole model."
    )


def section(study, keep, rows, sweep_rows, seconds):
    """The section of docs/Models.md; `rows` and `sweep_rows` are cells as in `table`."""
    options = ", ".join(f"`{name.replace('_', '-')}={value}`" for name, value in FIT.items())
    sweep = f"\nOther keeps:\n\n{sections.table(SWEEP_HEADINGS, sweep_rows)}\n" if sweep_rows else ""
    return f"""\
{dense_sentence(study)}

Keep {keep}, on {machine()}, load average {study.load:.0f}, in {seconds:.0f} s altogether; fits with {options}, all else by default:

{sections.table(HEADINGS, rows)}
{sweep}
{explain_columns(study)}
"""
