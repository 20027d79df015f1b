//===- TileTokens.h - tiles along the tokens ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares tiling of structured products along m.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_TILETOKENS_H
#define STRUCTLIN_LOWERING_TILETOKENS_H

#include "structlin/IR/StructuredMatmul.h"

namespace mlir::structlin {

/// Tiles `op`, on tensors, into tiles of `tileSize` tokens. Fails, leaving it as
/// it is, if it has no more tokens than that or lives on memrefs.
LogicalResult tileTokens(RewriterBase &rewriter, StructuredMatmulOpInterface op, int64_t tileSize,
                         bool parallel);

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_TILETOKENS_H
