//===- VectorizeContractions.h - contractions on vectors ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the vectorization of linalg contractions for the reference lowering.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_VECTORIZECONTRACTIONS_H
#define STRUCTLIN_LOWERING_VECTORIZECONTRACTIONS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::structlin {

/// Tiles `op` and vectorizes its tiles for registers of `vectorBytes`. Fails,
/// leaving it as it is, if it is no contraction on tensors, accumulates in less
/// than 32 bits, or has no static loop for the lanes.
LogicalResult vectorizeContraction(RewriterBase &rewriter, linalg::LinalgOp op,
                                   int64_t vectorBytes);

/// Folds the slices that tiling left into vector transfers under `root` and keeps
/// accumulators in registers across loops.
LogicalResult cleanUpVectorizedTiles(Operation *root);

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_VECTORIZECONTRACTIONS_H
