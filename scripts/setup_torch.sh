#!/usr/bin/env bash
# setup_torch.sh - make the Python environment that imports models from PyTorch
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/setup_torch.sh
#
# Only structlin.import_torch and its tests need it. Prints nothing and does nothing
# where there is one already: the Python that STRUCTLIN_TORCH_PYTHON names, python3 if
# it has torch and torch-mlir, or build/torch-venv as an earlier call left it. Otherwise
# it makes build/torch-venv (2 GB, about two minutes) with torch for CPUs alone.
#
# torch's package for x86-64 Linux is linked against CUDA and is not loaded without. Its
# libraries are 2 GB that a CPU has no use for, so small stand-ins take their place
# (scripts/make_cuda_stubs.py): every call answers that there is no device. To import
# on a machine whose torch uses a GPU, name that Python in STRUCTLIN_TORCH_PYTHON.

source "$(dirname "$0")/common.sh"

if [ -n "${STRUCTLIN_TORCH_PYTHON:-}" ]; then
  has_torch "$STRUCTLIN_TORCH_PYTHON" ||
    fail "STRUCTLIN_TORCH_PYTHON names $STRUCTLIN_TORCH_PYTHON, which cannot import torch and torch_mlir"
  exit 0
fi
stamp=$torch_venv/requirements.txt
cmp -s python/requirements-torch.txt "$stamp" && exit 0
! has_torch python3 || exit 0

say "Making the Python environment $torch_venv"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "expected Python 3.11 or newer"
python3 -m venv --clear "$torch_venv"
pip=("$torch_venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps)
"${pip[@]}" -r python/requirements-torch.txt
site_packages=$("$torch_venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
if [ -e "$site_packages/torch/lib/libtorch_cuda.so" ]; then
  # clang-22 is what scripts/setup.sh installs.
  command -v readelf >/dev/null && CC=$(command -v cc || command -v clang-22) ||
    fail "expected readelf and cc or clang-22, to make stand-ins for CUDA libraries"
  CC=$CC "$torch_venv/bin/python" scripts/make_cuda_stubs.py "$site_packages"
fi
# Says why where it cannot be used.
has_torch "$torch_venv/bin/python" || "$torch_venv/bin/python" -c 'import torch, torch_mlir.fx'
cp python/requirements-torch.txt "$stamp"
