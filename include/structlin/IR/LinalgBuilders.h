//===- LinalgBuilders.h - the vocabulary of decompositions ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders of linalg, tensor and arith operations from which a family's
// `buildProduct` and `sliceFactors` are written. All take static and dynamic
// sizes.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_LINALGBUILDERS_H
#define STRUCTLIN_IR_LINALGBUILDERS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace mlir::structlin {

/// `a * b` and `ceil(a / b)` of sizes.
OpFoldResult mulSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b);
OpFoldResult ceilDivSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b);

/// Slice of one dimension, whole in the others: extract_slice or subview.
Value sliceDim(OpBuilder &builder, Location loc, Value shaped, int64_t dim, OpFoldResult offset,
               OpFoldResult size);

/// A tensor of `sizes` filled with zero.
Value buildZeros(OpBuilder &builder, Location loc, ArrayRef<OpFoldResult> sizes, Type element);

/// `tensor` with its elements converted, rounding to nearest even; itself if
/// they already have the type.
Value buildCast(OpBuilder &builder, Location loc, Value tensor, Type element);

/// One number converted to `type`, integers as signed.
Value buildScalarCast(OpBuilder &builder, Location loc, Value scalar, Type type);

/// `a * b` and `a + b` of numbers of one type.
Value buildScalarMul(OpBuilder &builder, Location loc, Value a, Value b);
Value buildScalarAdd(OpBuilder &builder, Location loc, Value a, Value b);

/// `tensor` padded with zeros at the end of `dim` up to `size`.
Value buildPadTo(OpBuilder &builder, Location loc, Value tensor, int64_t dim, OpFoldResult size);

/// `(m, k)` padded with zeros to `blocks * size` columns and seen as
/// `(m, blocks, size)`.
Value splitColumns(OpBuilder &builder, Location loc, Value matrix, OpFoldResult blocks,
                   OpFoldResult size);

/// The inverse of splitColumns: `(m, blocks, size)` as a matrix of `type`, without
/// the columns beyond `numColumns`.
Value joinColumns(OpBuilder &builder, Location loc, Value blocked, OpFoldResult numColumns,
                  Type type);

/// `acc + lhs rhs` with the given maps; operands are widened to acc's type.
Value buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                       ArrayRef<AffineMap> maps);

/// The same, each map given by the loops that index a tensor's dimensions, as
/// `{{0, 2}, {1, 2}, {0, 1}}` for `x W^T`.
Value buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                       ArrayRef<ArrayRef<unsigned>> loops);

/// `acc + x w^T` for x (m, k), w (n, k).
Value buildMatmulTransposed(OpBuilder &builder, Location loc, Value x, Value w, Value acc);

} // namespace mlir::structlin

#endif // STRUCTLIN_IR_LINALGBUILDERS_H
