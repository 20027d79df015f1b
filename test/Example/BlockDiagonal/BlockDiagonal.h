//===- BlockDiagonal.h - a family in a dialect of its own -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the example of docs/AddAStructure.md.
//
//===----------------------------------------------------------------------===//

#ifndef EXAMPLE_BLOCKDIAGONAL_H
#define EXAMPLE_BLOCKDIAGONAL_H

#include "structlin/IR/StructlinOps.h"

#include "BlockDiagonalDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "BlockDiagonalAttrs.h.inc"

#define GET_OP_CLASSES
#include "BlockDiagonalOps.h.inc"

namespace mlir::example {

/// Adds the dialect, and the fitter of `#example.block_diagonal`.
void registerBlockDiagonal(DialectRegistry &registry);

/// The fitter alone (BlockDiagonalFit.cpp).
void registerBlockDiagonalFit(DialectRegistry &registry);

} // namespace mlir::example

#endif // EXAMPLE_BLOCKDIAGONAL_H
