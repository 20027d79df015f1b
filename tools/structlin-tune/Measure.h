//===- Measure.h - the times of candidates --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_MEASURE_H
#define STRUCTLIN_TUNE_MEASURE_H

#include "CompiledKernel.h"
#include "ParameterCopies.h"

namespace mlir::structlin {

struct MeasureOptions {
  unsigned threads = 1;
  /// How often the candidates have their turns.
  unsigned rounds = 5;
  /// The time that all calls of a measurement take together.
  double seconds = 1;
};

/// A candidate, and those that must give the same result: the number of their product.
struct Contestant {
  const CompiledKernel *kernel;
  unsigned product;
};

/// The median time, in ns, of a call of each contestant with `tokens` tokens. Contestants
/// take turns, so that what else the machine does hits all of them. Fails with a
/// diagnostic at `loc` if the results of one product differ by more than rounding.
FailureOr<SmallVector<double>> measureKernels(Location loc, ArrayRef<Contestant> contestants,
                                              int64_t tokens, const MeasureOptions &options,
                                              ParameterCopies &copies);

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_MEASURE_H
