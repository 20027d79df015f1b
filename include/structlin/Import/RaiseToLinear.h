//===- RaiseToLinear.h - contractions to structlin.linear ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The raising step of import.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_RAISETOLINEAR_H
#define STRUCTLIN_IMPORT_RAISETOLINEAR_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Replaces every contraction inside `root` one of whose operands is a
/// structlin.parameter, seen through layout operations, by structlin.linear, and
/// erases what is dead thereafter. Each contraction that stays gets a missed
/// remark with the reason. Returns the layers made.
SmallVector<LinearOp> raiseToLinear(RewriterBase &rewriter, Operation *root);

/// Why raiseToLinear leaves `op` as it is, as a clause; empty where it would raise
/// it, or where it is no contraction.
std::string explainNotRaised(linalg::LinalgOp op);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_RAISETOLINEAR_H
