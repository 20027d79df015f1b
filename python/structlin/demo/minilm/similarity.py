# ===- similarity.py - how much embeddings have changed -------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Embeddings are (sentences, dimensions); everything is computed in f64.
#
# ===----------------------------------------------------------------------===//
"""Compares the embeddings of a compressed model with those of the dense one."""

import numpy as np


def normalised(embeddings):
    """Rows of length one."""
    e = np.asarray(embeddings, np.float64)
    return e / np.linalg.norm(e, axis=1, keepdims=True)


def cosines(embeddings, reference):
    """The cosine between each row and the same row of `reference`."""
    return np.sum(normalised(embeddings) * normalised(reference), axis=1)


def pairwise(embeddings):
    """The cosines of all pairs of different rows, in one vector."""
    e = normalised(embeddings)
    return (e @ e.T)[np.triu_indices(len(e), 1)]


def rank_correlation(embeddings, reference):
    """Spearman's correlation of the two models' pairwise cosines.

    One where both order all pairs of sentences by similarity in the same way, which
    is what search and clustering need. Cosines are taken to have no ties.
    """
    ranks = [np.argsort(np.argsort(pairwise(e))) for e in (embeddings, reference)]
    return float(np.corrcoef(*ranks)[0, 1])


def partners_found(embeddings, pairs):
    """How many sentences of the `pairs` (i, j) have their partner as nearest neighbour.

    Neighbours are all other rows, so there are 2 * len(pairs) sentences to find and
    len(embeddings) - 1 candidates for each.
    """
    e = normalised(embeddings)
    likeness = e @ e.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = likeness.argmax(axis=1)
    return sum(int(nearest[i] == j) + int(nearest[j] == i) for i, j in pairs)
