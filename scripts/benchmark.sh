#!/usr/bin/env bash
# benchmark.sh - measure kernels on this machine's CPU and write docs/Performance.md
#
# Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Usage: scripts/benchmark.sh [--quick | --full] [--name NAME] [OPTION OF THE BENCHMARK]...
#
# Runs on one thread, then on all cores. Results go to benchmarks/cpu/results/NAME.json;
# a run that was interrupted goes on where it was, and --again measures everything anew.
# --quick takes a minute, checks that everything runs and is right, and keeps nothing.

source "$(dirname "$0")/common.sh"

extent=default
name=$(uname -m)
options=()
while [ $# -gt 0 ]; do
  case $1 in
  --quick | --full) extent=${1#--} ;;
  --name) name=$2 && shift ;;
  *) options+=("$1") ;;
  esac
  shift
done

scripts/setup_peers.sh || say "NO PEERS: OpenBLAS is the only library that takes part"
cmake --preset dev >/dev/null
ninja -C build structlin-cpu-benchmark
results=benchmarks/cpu/results/$name.json
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ "$extent" != quick ] || results=$scratch/quick.json
mkdir -p "$(dirname "$results")"
for team in 1 $(nproc); do
  # OpenBLAS's threads wait actively for long after a call; the next contender pays for it.
  OMP_NUM_THREADS=$team OPENBLAS_NUM_THREADS=$team OPENBLAS_THREAD_TIMEOUT=18 KMP_BLOCKTIME=1 \
    build/benchmarks/structlin-cpu-benchmark --team="$team" --extent="$extent" \
    --output="$results" "${options[@]}"
  [ "$(nproc)" != 1 ] || break
done
page=docs/Performance.md
[ "$extent" != quick ] || page=$scratch/Performance.md
PYTHONPATH=python "$python" -m structlin.performance "$(dirname "$results")" --page "$page"
say "Wrote $results and $page"
