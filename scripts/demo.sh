#!/usr/bin/env bash
# demo.sh - install, build, and run the demo
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/demo.sh [DEMO ARGUMENT]...   (--help lists them)

source "$(dirname "$0")/common.sh"

scripts/build.sh dev structlin-opt structlin-run
PYTHONPATH=python "$python" -m structlin.demo "$@"
