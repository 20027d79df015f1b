#!/usr/bin/env bash
# scale.sh - a 1B-parameter model through the compiler
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/scale.sh [ARGUMENT]...   (--help lists them)
#
# Measures time and memory and writes the section "1B-parameter scale" of
# docs/Models.md. Needs 10 GiB of disk and, on two cores, about half an hour.

source "$(dirname "$0")/common.sh"

scripts/build.sh dev structlin-opt structlin-run
PYTHONPATH=python "$python" -m structlin.scale --document docs/Models.md "$@"
