//===- Bench.cpp - timing a call ------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The median says what a call costs, the minimum what it costs undisturbed.
//
//===----------------------------------------------------------------------===//

#include "Bench.h"
#include "llvm/ADT/STLExtras.h"
#include <chrono>
#include <vector>

using namespace mlir::structlin;

Timing mlir::structlin::timeCalls(llvm::function_ref<void()> call, unsigned numRuns) {
  using Clock = std::chrono::steady_clock;
  call();
  std::vector<double> times(numRuns);
  for (double &time : times) {
    Clock::time_point begin = Clock::now();
    call();
    time = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
  }
  llvm::sort(times);
  double upper = times[numRuns / 2], lower = times[(numRuns - 1) / 2];
  return {(lower + upper) / 2, times.front()};
}
