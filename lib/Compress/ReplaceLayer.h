//===- ReplaceLayer.h - a layer becomes a structured product --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: the step of a fit that rewrites IR.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_REPLACELAYER_H
#define STRUCTLIN_LIB_COMPRESS_REPLACELAYER_H

#include "mlir/IR/PatternMatch.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// A factor as it appears in the IR.
struct FactorParameter {
  std::string name;
  RankedTensorType type;
  ElementsAttr value;
};

/// Replaces `layer` by the product of `structure` with `factors`, whose parameters it
/// makes, and erases the operations that made the weight once nothing reads them.
/// Returns the product. `fit` is null where nothing was measured.
Operation *replaceLayer(RewriterBase &rewriter, LinearOp layer, StructureAttrInterface structure,
                        ArrayRef<FactorParameter> factors, FitAttr fit);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_REPLACELAYER_H
