//===- ArgumentWeights.h - which arguments are weights -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The choice made under `arguments-as-weights`.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_ARGUMENTWEIGHTS_H
#define STRUCTLIN_IMPORT_ARGUMENTWEIGHTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::structlin {

/// The untagged arguments of `function` that are weights.
///
/// An argument is a candidate where it is a tensor of static shape and of rank 2
/// or more, reaches an operand of a contraction through layout operations alone
/// and shares no batch dimension with the other operand. A rank-4 argument whose
/// leading (batch) dimension is above 1, such as a KV cache, never is one. Where
/// both operands are candidates the left one is the activation, unless it is
/// `listed` and the right one is not. What is the activation of any contraction is
/// no weight, unless listed.
llvm::SmallSetVector<unsigned, 8> findArgumentWeights(func::FuncOp function,
                                                      ArrayRef<int64_t> listed);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_ARGUMENTWEIGHTS_H
