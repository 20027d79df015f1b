//===- PackKernels.h - groups that take their factors packed --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the rewrite behind --structlin-pack that knows nothing of values.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PACKKERNELS_H
#define STRUCTLIN_CODEGEN_PACKKERNELS_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Packs made so far, by factors and layout: equal packs are one operation.
using KnownPacks = llvm::DenseMap<std::pair<Attribute, Value>, SmallVector<PackOp, 1>>;

/// Gives the structured products of `kernel`, a group with a schedule, their factors
/// through `structlin.unpack`, of operands packed outside of it, as their kernels read
/// them. If one of them has no kernel, nothing is changed, and `why` says, as a clause,
/// why not.
LogicalResult packKernel(RewriterBase &rewriter, KernelOp kernel, KnownPacks &packs,
                         std::string &why);

/// Does so for every scheduled group under `root`; those that stay get a missed remark.
void packKernels(RewriterBase &rewriter, Operation *root);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PACKKERNELS_H
