//===- Bench.h - timing a call --------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the clock of structlin-run.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_RUN_BENCH_H
#define STRUCTLIN_RUN_BENCH_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::structlin {

/// Wall time of one call in microseconds.
struct Timing {
  double median;
  double minimum;
};

/// Times `numRuns` calls, at least one, after one that is not counted.
Timing timeCalls(llvm::function_ref<void()> call, unsigned numRuns);

} // namespace mlir::structlin

#endif // STRUCTLIN_RUN_BENCH_H
