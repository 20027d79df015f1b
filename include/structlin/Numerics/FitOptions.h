//===- FitOptions.h - what every fit can be told ----------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options shared by the iterative fits. Every fit of this library
//  - scales W by a power of two internally, so tiny and huge weights fit as
//  well
//    as ordinary ones;
//  - refuses NaN and infinity, naming the first such element;
//  - refuses a negative or zero dimension of W, and one above 2^31 - 1;
//  - gives the same factors for the same seed, machine and BLAS.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_FITOPTIONS_H
#define STRUCTLIN_NUMERICS_FITOPTIONS_H

#include <cstdint>
#include <functional>

namespace structlin::numerics {

struct FitOptions {
  /// Selects every random number the fit draws.
  uint64_t seed = 0;

  /// Called with the steps done and the steps planned; a fit may end early, the
  /// last call then has done == total.
  std::function<void(int64_t done, int64_t total)> progress;

  /// Floating-point operations an iterative fit may spend (0: no limit). It
  /// plans fewer iterations to stay below, but never less than one.
  double flopLimit = 0;

  void report(int64_t done, int64_t total) const {
    if (progress)
      progress(done, total);
  }
};

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_FITOPTIONS_H
