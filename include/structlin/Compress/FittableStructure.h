//===- FittableStructure.h - structures that weights can be fitted to -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the interface, what a fit is told and what it returns, and where the
// families' fitters are registered.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_H
#define STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/DialectRegistry.h"
#include "structlin/Archive/HostTensor.h"
#include "structlin/Numerics/Matrix.h"
#include <functional>

namespace mlir::structlin {

namespace numerics = ::structlin::numerics;
using ::structlin::ElementType;
using ::structlin::HostTensor;

/// What every fit is told. A family uses what applies to it.
struct FitSettings {
  uint64_t seed = 0;
  /// Sweeps per start, and random starts, of fits that descend over factors.
  int64_t sweeps = 100;
  int64_t restarts = 1;
  /// Alternations between a low-rank and a sparse part (OATS).
  int64_t oatsIterations = 80;
  /// Operations an iterative fit may take; 0: no limit.
  double flopLimit = 0;
  /// Called with what a step is called, the steps done and the steps planned.
  std::function<void(StringRef step, int64_t done, int64_t total)> progress;
};

/// One stored tensor, named as in the family's operation ("U", "values").
struct FittedFactor {
  std::string name;
  HostTensor tensor;
};

struct FittedWeight {
  SmallVector<FittedFactor> factors;
  /// What a user should know about this fit, or empty: "40 of 300 sweeps".
  std::string note;
};

/// Attaches the fitters of all families to their attributes.
void registerFitModels(DialectRegistry &registry);

} // namespace mlir::structlin

#include "structlin/Compress/FittableStructure.h.inc"

#endif // STRUCTLIN_COMPRESS_FITTABLESTRUCTURE_H
