//===- Assign.h - a structure for every linear layer ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The logic of --structlin-assign.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_ASSIGN_H
#define STRUCTLIN_COMPRESS_ASSIGN_H

#include "structlin/Compress/Recipe.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

struct AssignOptions {
  /// Layers with fewer parameters stay dense.
  int64_t minParameters = 1024;
};

/// Sets the `structure` of every linear layer inside `scope` to the resolved
/// choice of the recipe, or to `#structlin.dense` with the reason where the
/// structure does not fit the shape, stores as much as the dense weight, or the
/// layer is too small. Layers that share a weight get the structure of the first.
/// Every decision is an optimization remark.
void assignStructures(Operation *scope, Recipe &recipe, const AssignOptions &options);

/// `structure` closed for the shape of the layer's weight; on failure `why` says
/// why the layer should stay dense.
FailureOr<StructureAttrInterface> fitToShape(StructureAttrInterface structure, LinearOp layer,
                                             const AssignOptions &options, std::string &why);

/// Sets the layer's structure to one that is resolved for its shape, or to dense,
/// and says so in a remark.
void setLayerStructure(LinearOp layer, StructureAttrInterface structure);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_ASSIGN_H
