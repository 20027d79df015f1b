# ===- test_benchmark.py - the benchmark of kernels runs --------------------===//
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===//
"""Everything that is measured runs and is right; nothing is timed."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_quick():
    # It compares every kernel with the naive product, and fails where one differs.
    run = subprocess.run([ROOT / "scripts/benchmark.sh", "--quick"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    for cell in ("200x328 f32 m16 T1 cold", "200x328 bf16 m37 T1 hot", "mlp96x160 bf16 m37 T1 hot"):
        assert cell in run.stdout.splitlines(), run.stdout
