#!/usr/bin/env bash
# build.sh - configure and build
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/build.sh [PRESET] [NINJA ARGUMENT]...
#
# PRESET is dev (the default), release or asan. Installs what is missing first.

source "$(dirname "$0")/common.sh"

preset=${1:-dev}
shift || true
scripts/setup.sh
say "Building ($preset)"
# Configured once; CMake itself notices when a CMakeLists.txt changes.
build=$(build_folder "$preset")
[ -f "$build/build.ninja" ] || cmake --preset "$preset"
ninja -C "$build" "$@"
