# ===- families.py - a structure of each family for a keep ----------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""The six families, by the names that tables use."""


def _n_of_m(keep, group):
    """`keep` as n of m, in groups of four, which hardware has, where that says it."""
    n = round(group * keep)
    while n % 2 == 0 and group > 4:
        n, group = n // 2, group // 2
    return f"{n} : {group}"


def families(blocks, block, group):
    """Family -> function from a fraction to keep to the structure's text.

    BLAST has `blocks` x `blocks` blocks, block-sparse weights have blocks of
    `block` x `block` entries. n:m keeps whole entries of at most `group`: the fraction
    is rounded to a multiple of 1 / `group`.
    """
    return {
        "low rank": lambda keep: f"#structlin.low_rank<keep = {keep}>",
        "BLAST": lambda keep: f"#structlin.blast<blocks = [{blocks}, {blocks}], keep = {keep}>",
        "block-sparse": lambda keep: f"#structlin.block_sparse<block = [{block}, {block}], keep = {keep}>",
        "sparse": lambda keep: f"#structlin.sparse<keep = {keep}>",
        "sparse n:m": lambda keep: f"#structlin.sparse<{_n_of_m(keep, group)}>",
        "low rank + sparse": lambda keep: f"#structlin.low_rank_sparse<keep = {keep}>",
    }
