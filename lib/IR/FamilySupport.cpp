//===- FamilySupport.cpp - building and checking family operations -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations from their parts, places of tiles, and diagnostics about sizes.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/FamilySupport.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "structlin/IR/IndexProofs.h"

using namespace mlir;
using namespace mlir::structlin;

Operation *structlin::buildStructuredOp(OpBuilder &builder, Location loc, StringRef name,
                                        Value input, ValueRange factors, Value init,
                                        const MatmulAttributes &attributes,
                                        ArrayRef<NamedAttribute> extra) {
  OperationState state(loc, name);
  state.addOperands(input);
  state.addOperands(factors);
  state.addOperands(init);
  if (isa<RankedTensorType>(init.getType()))
    state.addTypes(init.getType());
  if (attributes.acc)
    state.addAttribute("acc", TypeAttr::get(attributes.acc));
  if (attributes.mid)
    state.addAttribute("mid", TypeAttr::get(attributes.mid));
  if (attributes.layer)
    state.addAttribute("layer", attributes.layer);
  if (attributes.fit)
    state.addAttribute("fit", attributes.fit);
  state.addAttributes(extra);
  return builder.create(state);
}

static bool isAll(OpFoldResult offset, OpFoldResult size, OpFoldResult whole) {
  return isProvablyEqual(size, whole) && isConstantIntValue(offset, 0);
}

/// Whether blocks and dimension are equally long, that is, nothing is padding.
static bool hasNoPadding(const OutputBlocking &blocking, OpFoldResult total) {
  std::optional<int64_t> numBlocks = getConstantIntValue(blocking.numBlocks),
                         blockRows = getConstantIntValue(blocking.blockRows),
                         size = getConstantIntValue(total);
  if (numBlocks && blockRows && size)
    return *numBlocks * *blockRows == *size;
  return numBlocks == 1 && isProvablyEqual(blocking.blockRows, total);
}

Extent structlin::getExtentOfBlocks(OpBuilder &builder, Location loc, const RowTile &tile,
                                    const OutputBlocking &blocking, OpFoldResult total) {
  if (isAll(tile.firstBlock, tile.numBlocks, blocking.numBlocks) &&
      isAll(tile.firstRow, tile.numRows, blocking.blockRows))
    return {builder.getIndexAttr(0), total};

  AffineExpr d0, d1, s0;
  bindDims(builder.getContext(), d0, d1);
  bindSymbols(builder.getContext(), s0);
  OpFoldResult start = tile.firstRow, size = tile.numRows;
  if (!isProvablyEqual(blocking.numBlocks, builder.getIndexAttr(1))) {
    start = affine::makeComposedFoldedAffineApply(
        builder, loc, d0 * s0 + d1, {tile.firstBlock, tile.firstRow, blocking.blockRows});
    if (isProvablyEqual(tile.numRows, blocking.blockRows))
      size = affine::makeComposedFoldedAffineApply(builder, loc, d0 * s0,
                                                   {tile.numBlocks, blocking.blockRows});
  }
  if (hasNoPadding(blocking, total))
    return {start, size};

  // Blocks may lie in the padding as a whole: the offset is cut as well, which
  // keeps the size from becoming negative.
  AffineMap min = AffineMap::getMultiDimIdentityMap(2, builder.getContext());
  OpFoldResult offset = start;
  if (!isProvablyAtMost(start, total))
    offset = affine::makeComposedFoldedAffineMin(builder, loc, min, {start, total});
  OpFoldResult left = affine::makeComposedFoldedAffineApply(builder, loc, d0 - d1, {total, offset});
  if (!isProvablyAtMost(size, left))
    size = affine::makeComposedFoldedAffineMin(builder, loc, min, {size, left});
  return {offset, size};
}

std::string structlin::formatDim(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

LogicalResult structlin::verifyDim(Operation *op, const Twine &what, int64_t expected,
                                   int64_t got) {
  if (succeeded(verifyCompatibleDims({expected, got})))
    return success();
  return op->emitOpError() << "expected " << what << " to be " << formatDim(expected) << ", got "
                           << formatDim(got);
}

LogicalResult structlin::verifyCovers(Operation *op, StringRef factor, StringRef side,
                                      int64_t blocks, int64_t size, int64_t total) {
  if (ShapedType::isDynamic(blocks) || ShapedType::isDynamic(size) ||
      ShapedType::isDynamic(total) || blocks * size >= total)
    return success();
  return op->emitOpError() << "expected the " << blocks << " blocks of " << size << " of " << factor
                           << " to cover " << total << " " << side;
}
