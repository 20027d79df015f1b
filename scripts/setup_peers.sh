#!/usr/bin/env bash
# setup_peers.sh - get the libraries that benchmarks/cpu compares kernels with
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/setup_peers.sh
#
# Puts oneDNN into build/peers (40 MB to download), where the build finds it. OpenBLAS
# is a dependency of the project already. Does nothing where it is there.

source "$(dirname "$0")/common.sh"

peers=build/peers
version=2023.2.0 # oneDNN 3.2, with GCC's OpenMP, whose calls LLVM's answers as well.
[ -e "$peers/lib/libdnnl.so.3" ] && [ -e "$peers/include/oneapi/dnnl/dnnl.hpp" ] && exit 0

say "Getting oneDNN"
interpreter=$python
[ -x "$interpreter" ] || interpreter=python3
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
"$interpreter" -m pip download -q --disable-pip-version-check --no-deps -d "$wheels" \
  "onednn-cpu-gomp==$version" "onednn-devel-cpu-gomp==$version"
mkdir -p "$peers"
"$interpreter" - "$wheels" "$peers" <<'PYTHON'
import pathlib
import sys
import zipfile

wheels, peers = map(pathlib.Path, sys.argv[1:])
for wheel in wheels.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            _, found, path = name.partition(".data/data/")
            if found and (path == "lib/libdnnl.so.3" or path.startswith("include/")):
                target = peers / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
PYTHON
[ -e "$peers/lib/libdnnl.so.3" ] && [ -e "$peers/include/oneapi/dnnl/dnnl.hpp" ] ||
  fail "the packages of oneDNN $version do not hold lib/libdnnl.so.3 and include/oneapi/dnnl/dnnl.hpp"
