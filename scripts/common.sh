# common.sh - shared by the scripts of this folder
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Sourced, not run: strict mode, the root of the project, messages.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
venv=build/venv
python=$venv/bin/python
torch_venv=build/torch-venv

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# The build folder of a preset.
build_folder() {
  if [ "$1" = dev ]; then echo build; else echo "build/$1"; fi
}

# Whether a Python can import from PyTorch.
has_torch() { "$1" -c 'import torch, torch_mlir.fx' >/dev/null 2>&1; }

# The Python that imports from PyTorch, after scripts/setup_torch.sh.
torch_python() {
  if [ -n "${STRUCTLIN_TORCH_PYTHON:-}" ]; then
    echo "$STRUCTLIN_TORCH_PYTHON"
  elif [ -f "$torch_venv/requirements.txt" ]; then
    echo "$root/$torch_venv/bin/python"
  else
    echo python3
  fi
}
