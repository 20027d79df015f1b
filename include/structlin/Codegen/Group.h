//===- Group.h - products with what finishes them -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_GROUP_H
#define STRUCTLIN_CODEGEN_GROUP_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Puts `product`, on tensors, and the elementwise operations that finish it into a
/// structlin.kernel. Operations that are left without users stay.
KernelOp groupProduct(RewriterBase &rewriter, StructuredMatmulOpInterface product);

/// Groups all products under `root` that are in no group, and removes what is left
/// without users.
void groupProducts(RewriterBase &rewriter, Operation *root);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_GROUP_H
