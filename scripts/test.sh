#!/usr/bin/env bash
# test.sh - install, build, and run all tests
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/test.sh [--asan | --all] [PYTEST ARGUMENT]...
#
# Unit tests and fuzz targets (ctest), passes and operations (lit), and the tests in Python: the
# corpus, where STRUCTLIN_IR_CORPUS names it, the demo, README's commands, and imports from
# PyTorch, in an environment that scripts/setup_torch.sh makes (2 GB, once). --asan
# builds with AddressSanitizer and UndefinedBehaviorSanitizer and runs the first two;
# --all does both. The last line counts passed, failed and skipped tests.

source "$(dirname "$0")/common.sh"

presets=(dev)
case ${1:-} in
--asan) presets=(asan) && shift ;;
--all) presets=(dev asan) && shift ;;
esac

reports=()

# Runs a suite that writes JUnit reports to a folder, and goes on if it fails.
suite() {
  local name=$1 folder=$2 status=0
  shift 2
  say "$name"
  rm -rf "$folder"
  mkdir -p "$folder"
  "$@" || status=$?
  reports+=("$name=$folder=$status")
}

run_suites() {
  local preset=$1 build
  build=$root/$(build_folder "$preset")
  shift
  local reports_of=$build/test-reports
  # One report per program, with a case per test; ctest's own has one per program. As
  # many programs run as there are cores, so each one gets one thread.
  suite "unit tests ($preset)" "$reports_of/unit" \
    env OPENBLAS_NUM_THREADS=1 GTEST_OUTPUT="xml:$reports_of/unit/" \
    ctest --test-dir "$build" --output-on-failure -j "$(nproc)"
  suite "lit ($preset)" "$reports_of/lit" \
    /usr/lib/llvm-22/bin/lit -sv "$build/test" --xunit-xml-output "$reports_of/lit/lit.xml"
  if [ "$preset" != asan ]; then
    # One process per core; those of one model stay together and share its dense run.
    suite "python ($preset)" "$reports_of/python" \
      env STRUCTLIN_BUILD="$build" OPENBLAS_NUM_THREADS=1 "$python" -m pytest -c test/pytest.ini \
      -n "$(nproc)" --dist loadgroup \
      --junitxml "$reports_of/python/pytest.xml" "$@"
    run_torch_suite "$reports_of/torch" "$build"
  fi
}

# The importer from PyTorch, in an environment of its own. Where it cannot be made the
# tests are skipped, and count so.
run_torch_suite() {
  local folder=$1 build=$2 interpreter=$root/$python
  if scripts/setup_torch.sh; then
    interpreter=$(torch_python)
  else
    say "NO PYTORCH: the tests that import from it are skipped"
  fi
  suite "torch" "$folder" \
    env STRUCTLIN_BUILD="$build" OPENBLAS_NUM_THREADS=1 "$interpreter" -m pytest -c test/pytest.ini \
    -n "$(nproc)" --dist loadgroup --junitxml "$folder/pytest.xml" test/Frontends/Torch
}

for preset in "${presets[@]}"; do
  scripts/build.sh "$preset"
  run_suites "$preset" "$@"
done
"$python" scripts/summarize_tests.py "${reports[@]}"
