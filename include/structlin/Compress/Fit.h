//===- Fit.h - dense weights to factors -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The logic of --structlin-fit.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FIT_H
#define STRUCTLIN_COMPRESS_FIT_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/PatternMatch.h"
#include "structlin/Compress/FactorStore.h"
#include "structlin/Compress/FitWeight.h"

namespace mlir::structlin {

struct FitOptions {
  FitSettings settings;
  /// Layers with a larger relative error stay dense; 0: no limit.
  double maxError = 0;
  /// Where the dense weights are against which stored ones are measured, or null.
  ParameterReader *denseReader = nullptr;
};

/// Diagnoses the option that no fit can be made with, if there is one.
LogicalResult verifyFitOptions(const FitOptions &options,
                               function_ref<InFlightDiagnostic()> emitError);

/// Replaces each of `layers` that has a structure other than dense by the operation
/// of its structure, with factors fitted to its weight or, for `#structlin.stored`,
/// read from the checkpoint. Layers that cannot be fitted stay dense with a reason.
/// Fails, with a diagnostic, where a weight cannot be read or is not finite, and
/// where the store fails.
///
/// `scope` holds every parameter whose name a factor must not take, and those that
/// the store may write beside the factors. Returns, for each layer, what took its
/// place, or the layer where it stayed.
FailureOr<SmallVector<Operation *>> fitLayers(RewriterBase &rewriter, ArrayRef<LinearOp> layers,
                                              Operation *scope, const FitOptions &options,
                                              ParameterReader &reader, FactorStore &store);

/// fitLayers for every linear layer inside `scope`.
LogicalResult fitStructures(Operation *scope, const FitOptions &options, ParameterReader &reader,
                            FactorStore &store);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_FIT_H
