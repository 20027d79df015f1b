//===- ExpandReshapes.cpp - reshapes to several dynamic sizes -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A batch and a sequence length that are both dynamic, collapsed to tokens around a
// linear layer, are expanded from one dimension again. Upstream's expansion of
// strided metadata takes one dynamic size from each dimension, and no more.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEXPANDRESHAPES
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

static bool hasGroupOfDynamicSizes(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(), [&](ArrayRef<int64_t> group) {
    return llvm::count_if(group,
                          [&](int64_t dim) { return op.getResultType().isDynamicDim(dim); }) > 1;
  });
}

/// `computed`, as a constant exactly where the type has one.
static OpFoldResult matchType(OpBuilder &builder, Location loc, int64_t inType,
                              OpFoldResult computed) {
  if (!ShapedType::isDynamic(inType))
    return builder.getIndexAttr(inType);
  return getValueOrCreateConstantIndexOp(builder, loc, computed);
}

static void lowerExpandShape(memref::ExpandShapeOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  MemRefType type = op.getResultType();
  auto [typeStrides, typeOffset] = type.getStridesAndOffset();
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, op.getSrc());
  SmallVector<OpFoldResult> sourceStrides = metadata.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();

  // Within a group the stride of a dimension is that of the next times its size.
  SmallVector<OpFoldResult> strides(type.getRank());
  AffineExpr a = builder.getAffineSymbolExpr(0), b = builder.getAffineSymbolExpr(1);
  for (auto [sourceDim, group] : llvm::enumerate(op.getReassociationIndices())) {
    OpFoldResult stride = sourceStrides[sourceDim];
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = stride;
      stride = affine::makeComposedFoldedAffineApply(builder, loc, a * b, {stride, sizes[dim]});
    }
  }
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    sizes[dim] = matchType(builder, loc, type.getDimSize(dim), sizes[dim]);
    strides[dim] = matchType(builder, loc, typeStrides[dim], strides[dim]);
  }
  OpFoldResult offset = matchType(builder, loc, typeOffset, metadata.getConstifiedMixedOffset());
  Value result = memref::ReinterpretCastOp::create(builder, loc, type, metadata.getBaseBuffer(),
                                                   offset, sizes, strides);
  op.replaceAllUsesWith(result);
  op.erase();
}

namespace {
struct ExpandReshapesPass : structlin::impl::StructlinExpandReshapesBase<ExpandReshapesPass> {
  void runOnOperation() override {
    SmallVector<memref::ExpandShapeOp> reshapes;
    getOperation()->walk([&](memref::ExpandShapeOp op) {
      if (hasGroupOfDynamicSizes(op))
        reshapes.push_back(op);
    });
    for (memref::ExpandShapeOp op : reshapes)
      lowerExpandShape(op);
  }
};
} // namespace
