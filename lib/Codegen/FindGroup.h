//===- FindGroup.h - what finishes a product ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_FINDGROUP_H
#define STRUCTLIN_LIB_CODEGEN_FINDGROUP_H

#include "structlin/IR/StructuredMatmul.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::structlin {

/// A product and the operations that finish it: elementwise ones, and reshapes of the
/// tokens between them.
struct Group {
  StructuredMatmulOpInterface product;
  /// In order, the product first; the result of the last one is the group's.
  llvm::SetVector<Operation *> members;

  Operation *last() const { return members.back(); }
};

/// The dimensions of a tensor of `rank`, as tokens and outputs.
SmallVector<ReassociationIndices> getTokenReassociation(int64_t rank);

/// Whether `op` reshapes between tokens x outputs and a tensor with more dimensions for
/// the tokens.
bool isTokenReshape(Operation *op);

/// The largest group of `product`, which at least holds the product itself.
Group findGroup(StructuredMatmulOpInterface product);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_FINDGROUP_H
