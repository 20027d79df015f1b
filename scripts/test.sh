#!/usr/bin/env bash
# test.sh - install, build, and run all tests
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/test.sh [--asan | --all] [PYTEST ARGUMENT]...
#
# Unit tests (ctest), passes and operations (lit), and the tests in Python: the
# corpus, where STRUCTLIN_IR_CORPUS names it, the demo, README's commands. --asan
# builds with AddressSanitizer and UndefinedBehaviorSanitizer and runs the first two;
# --all does both. The last line counts passed, failed and skipped tests.

source "$(dirname "$0")/common.sh"

presets=(dev)
case ${1:-} in
--asan) presets=(asan) && shift ;;
--all) presets=(dev asan) && shift ;;
esac

reports=()

# Runs a suite and goes on; its report tells what failed.
suite() {
  local name=$1 report=$2
  shift 2
  say "$name"
  rm -f "$report"
  reports+=("$name=$report")
  "$@" || echo "$name: failed"
}

run_suites() {
  local preset=$1 build
  build=$root/$(build_folder "$preset")
  shift
  suite "unit tests ($preset)" "$build/ctest.xml" \
    ctest --test-dir "$build" --output-on-failure -j "$(nproc)" --output-junit "$build/ctest.xml"
  suite "lit ($preset)" "$build/lit.xml" \
    /usr/lib/llvm-22/bin/lit -sv "$build/test" --xunit-xml-output "$build/lit.xml"
  if [ "$preset" != asan ]; then
    suite "python ($preset)" "$build/pytest.xml" \
      env STRUCTLIN_BUILD="$build" "$python" -m pytest -c test/pytest.ini \
      --junitxml "$build/pytest.xml" "$@"
  fi
}

for preset in "${presets[@]}"; do
  scripts/build.sh "$preset"
  run_suites "$preset" "$@"
done
"$python" scripts/summarize_tests.py "${reports[@]}"
