//===- TileTokens.cpp - tiles along the tokens ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only the tokens are tiled: cutting the outputs would repeat the inner products
// of the families that have some.
//
//===----------------------------------------------------------------------===//

#include "structlin/Lowering/TileTokens.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINTILETOKENS
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

LogicalResult structlin::tileTokens(RewriterBase &rewriter, StructuredMatmulOpInterface op,
                                    int64_t tileSize, bool parallel) {
  auto tileable = dyn_cast<TilingInterface>(op.getOperation());
  auto destinationStyle = cast<DestinationStyleOpInterface>(op.getOperation());
  if (!tileable || !destinationStyle.hasPureTensorSemantics())
    return rewriter.notifyMatchFailure(op, "not a tileable product on tensors");
  int64_t numTokens = op.getNumTokens();
  if (!ShapedType::isDynamic(numTokens) && numTokens <= tileSize)
    return rewriter.notifyMatchFailure(op, "no more tokens than a tile");

  SmallVector<OpFoldResult> sizes(tileable.getLoopIteratorTypes().size(), rewriter.getIndexAttr(0));
  sizes.front() = rewriter.getIndexAttr(tileSize);
  scf::SCFTilingOptions options;
  options.setTileSizes(sizes).setLoopType(parallel ? scf::SCFTilingOptions::LoopType::ForallOp
                                                   : scf::SCFTilingOptions::LoopType::ForOp);
  rewriter.setInsertionPoint(op);
  FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(rewriter, tileable, options);
  if (failed(tiled))
    return failure();
  rewriter.replaceOp(op, tiled->replacements);
  return success();
}

namespace {
struct TileTokensPass : structlin::impl::StructlinTileTokensBase<TileTokensPass> {
  using StructlinTileTokensBase::StructlinTileTokensBase;

  void runOnOperation() override {
    if (tileSize <= 0) {
      getOperation().emitError("expected a positive tile-size, got ") << tileSize.getValue();
      return signalPassFailure();
    }
    SmallVector<StructuredMatmulOpInterface> products;
    getOperation().walk([&](StructuredMatmulOpInterface op) { products.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (StructuredMatmulOpInterface op : products)
      // A product that cannot be tiled is lowered whole.
      (void)tileTokens(rewriter, op, tileSize, parallel);
  }
};
} // namespace
