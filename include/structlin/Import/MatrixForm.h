//===- MatrixForm.h - tensors as matrices of tokens and features ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns a tensor of any rank into a matrix by one transpose and one reshape, and
// back, without either where the order and the shape allow.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_MATRIXFORM_H
#define STRUCTLIN_IMPORT_MATRIXFORM_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::structlin {

/// `permutation` orders the dimensions; the first `split` of them, collapsed, are
/// the rows and the others the columns. Either group may be empty, which is one
/// row or one column.
struct MatrixForm {
  SmallVector<int64_t> permutation;
  unsigned split = 0;

  bool isTransposed() const;
};

/// The form in which a tensor whose dimensions are indexed by `dimLoops`
/// (ContractionForm::kUnit for unit dimensions) has rows over `rowLoops` and
/// columns over `columnLoops`, each in the order given.
MatrixForm getMatrixForm(ArrayRef<int64_t> dimLoops, ArrayRef<int64_t> rowLoops,
                         ArrayRef<int64_t> columnLoops);

/// `tensor` as a matrix.
Value buildMatrix(OpBuilder &builder, Location loc, Value tensor, const MatrixForm &form);

/// The inverse of buildMatrix, to a tensor of `shape`.
Value buildFromMatrix(OpBuilder &builder, Location loc, Value matrix, const MatrixForm &form,
                      ArrayRef<OpFoldResult> shape);

/// Rows and columns of a tensor of `shape` as a matrix.
std::array<OpFoldResult, 2> getMatrixShape(OpBuilder &builder, Location loc, const MatrixForm &form,
                                           ArrayRef<OpFoldResult> shape);

/// `value` with its dimensions permuted; transposes that `value` comes from are
/// composed, and nothing is built for the identity.
Value buildTranspose(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> permutation);

/// `value` (static shape) reshaped to `shape`, by collapse_shape and expand_shape.
Value buildStaticReshape(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> shape);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_MATRIXFORM_H
