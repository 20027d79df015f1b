#!/usr/bin/env bash
# setup.sh - install what building, testing and the demo need
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/setup.sh
#
# Installs the missing packages of a Debian 12 (as root or with sudo) and makes the
# Python environment build/venv. Does nothing where everything is there.

source "$(dirname "$0")/common.sh"

packages=(
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools clang-22 lld-22 libclang-rt-22-dev
  libomp-22-dev libomp5-19 libopenblas-dev liblapacke-dev libgtest-dev libbenchmark-dev
  cmake ninja-build ccache git python3 python3-venv
)

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "expected root or sudo, to run: $*"
  fi
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  as_root apt-get update -q
  local package
  for package in "${missing[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 || fail "the package $package is in none of this \
machine's package lists. LLVM 22 comes from Debian 12's own security archive: the suite \
bookworm-security, component main, has to be in /etc/apt/sources.list or sources.list.d"
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    "${missing[@]}"
}

# Other systems may have everything under other package names.
check_tools() {
  local need=()
  [ -f /usr/lib/llvm-22/lib/cmake/mlir/MLIRConfig.cmake ] || need+=("MLIR 22.1 in /usr/lib/llvm-22")
  local tool
  for tool in clang++-22 ld.lld-22 mlir-opt-22 FileCheck-22 cmake ninja git python3; do
    command -v "$tool" >/dev/null || need+=("$tool")
  done
  [ "${#need[@]}" -eq 0 ] && return
  printf 'Missing: %s\n' "${need[@]}" >&2
  fail "this is not Debian 12; install what provides the packages ${packages[*]}"
}

make_venv() {
  local stamp=$venv/requirements.txt
  cmp -s python/requirements.txt "$stamp" && return
  say "Making the Python environment $venv"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "expected Python 3.11 or newer"
  python3 -m venv "$venv"
  "$python" -m pip install -q --disable-pip-version-check -r python/requirements.txt
  cp python/requirements.txt "$stamp"
}

. /etc/os-release
if [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]; then
  install_packages
else
  check_tools
fi
make_venv
