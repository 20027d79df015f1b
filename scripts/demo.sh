#!/usr/bin/env bash
# demo.sh - install, build, and run the demo
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/demo.sh [DEMO ARGUMENT]...   (--help lists them)
#
# With --model minilm it first makes the environment that imports from PyTorch.

source "$(dirname "$0")/common.sh"

scripts/build.sh dev structlin-opt structlin-run
if [[ " ${*/=/ } " == *" --model minilm "* ]]; then
  scripts/setup_torch.sh
  STRUCTLIN_TORCH_PYTHON=$(torch_python)
  export STRUCTLIN_TORCH_PYTHON
fi
PYTHONPATH=python "$python" -m structlin.demo "$@"
