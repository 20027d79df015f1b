//===- Decompose.h - structured operations to plain linalg ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares decomposition over linalg::AggregatedOpInterface.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_DECOMPOSE_H
#define STRUCTLIN_LOWERING_DECOMPOSE_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::structlin {

/// Whether `op` is a structured product or of the dialect, and says how it decomposes.
bool isDecomposable(Operation *op);

/// Decomposes every decomposable operation under `root` for which `filter` holds,
/// those included that come out of another one. Diagnoses one that cannot be.
LogicalResult decomposeOperations(RewriterBase &rewriter, Operation *root,
                                  function_ref<bool(Operation *)> filter);

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_DECOMPOSE_H
