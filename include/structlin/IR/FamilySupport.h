//===- FamilySupport.h - what a family's operation and attribute are made of ===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Building and checking operations whose operands are input, factors, init. Used
// by the families here and by families of other dialects (docs/AddAStructure.md).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_FAMILYSUPPORT_H
#define STRUCTLIN_IR_FAMILYSUPPORT_H

#include "mlir/IR/TypeUtilities.h"
#include "structlin/IR/LinalgBuilders.h"
#include "structlin/IR/StructuredMatmul.h"

namespace mlir::structlin {

/// Builds the operation `name` from input, factors and init, with one result on
/// tensors and none on memrefs. `extra` are attributes of the family's own.
Operation *buildStructuredOp(OpBuilder &builder, Location loc, StringRef name, Value input,
                             ValueRange factors, Value init, const MatmulAttributes &attributes,
                             ArrayRef<NamedAttribute> extra = {});

template <typename OpTy>
Operation *buildFamilyOp(OpBuilder &builder, Location loc, Value input, ValueRange factors,
                         Value init, const MatmulAttributes &attributes,
                         ArrayRef<NamedAttribute> extra = {}) {
  return buildStructuredOp(builder, loc, OpTy::getOperationName(), input, factors, init, attributes,
                           extra);
}

/// The place of `tile` in a dimension of `total` elements that `blocking` cuts into
/// blocks: from `firstBlock blockRows + firstRow` on, cut at `total`, beyond which
/// blocks are padding. The tile is whole blocks or lies inside one.
Extent getExtentOfBlocks(OpBuilder &builder, Location loc, const RowTile &tile,
                         const OutputBlocking &blocking, OpFoldResult total);

/// A size as diagnostics print it: `?` where dynamic.
std::string formatDim(int64_t size);

/// `expected <what> to be <expected>, got <got>` unless the sizes can be equal.
LogicalResult verifyDim(Operation *op, const Twine &what, int64_t expected, int64_t got);

/// `expected the <blocks> blocks of <size> of <factor> to cover <total> <side>`
/// unless `blocks * size >= total` can hold.
LogicalResult verifyCovers(Operation *op, StringRef factor, StringRef side, int64_t blocks,
                           int64_t size, int64_t total);

} // namespace mlir::structlin

#endif // STRUCTLIN_IR_FAMILYSUPPORT_H
