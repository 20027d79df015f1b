//===- Elementwise.h - operations that may finish a product ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which linalg operations a kernel can compute on finished tiles of a product, and
// how they read their operands.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_ELEMENTWISE_H
#define STRUCTLIN_CODEGEN_ELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <optional>

namespace mlir::structlin {

/// How an elementwise operation reads an operand: element by element, one row for all
/// rows, or one number.
enum class OperandAccess { Full, Row, Scalar };

/// The access that an indexing map stands for. In rows and scalars all dimensions but
/// the last are absent or of extent one.
std::optional<OperandAccess> getOperandAccess(AffineMap map);

/// Whether `op`, on tensors, computes each element of its only result from the elements
/// of its operands there, by operations that work on vectors too.
bool isElementwise(linalg::LinalgOp op);

/// Whether `op` is elementwise and its result is one row, or one number, repeated.
bool isBroadcast(linalg::LinalgOp op);

/// Whether memory that holds such elements can be loaded and stored as vectors.
bool hasStorableElements(Type type);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_ELEMENTWISE_H
