# ===- command.py - commands that have to succeed ---------------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Runs a command and shows what it said if it fails."""

import subprocess


def run(*command, **options):
    """Runs a command that has to succeed; returns what it wrote to stdout."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300,
                          **options)  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout
