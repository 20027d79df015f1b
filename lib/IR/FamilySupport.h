//===- FamilySupport.h - what the families' own files share --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders and checks that a family's operation and attribute are made of.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_IR_FAMILYSUPPORT_H
#define STRUCTLIN_LIB_IR_FAMILYSUPPORT_H

#include "mlir/IR/TypeUtilities.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin::detail {

//===----------------------------------------------------------------------===//
// Operations and constraints
//===----------------------------------------------------------------------===//

/// Builds an operation whose operands are input, factors, init.
Operation *buildStructuredOp(OpBuilder &builder, Location loc, StringRef name, Value input,
                             ValueRange factors, Value init,
                             const MatmulAttributes &attributes,
                             ArrayRef<NamedAttribute> extra = {});

template <typename OpTy>
Operation *buildFamilyOp(OpBuilder &builder, Location loc, Value input, ValueRange factors,
                         Value init, const MatmulAttributes &attributes,
                         ArrayRef<NamedAttribute> extra = {}) {
  return buildStructuredOp(builder, loc, OpTy::getOperationName(), input, factors, init,
                           attributes, extra);
}

/// A size as diagnostics print it: `?` where dynamic.
std::string formatDim(int64_t size);

/// `expected <what> to be <expected>, got <got>` unless the sizes can be equal.
LogicalResult verifyDim(Operation *op, const Twine &what, int64_t expected, int64_t got);

/// LR-C1 .. LR-C3 of `U` (n_out, r) and `V` (r, n_in).
LogicalResult verifyLowRankFactors(StructuredMatmulOpInterface op, Value u, Value v);

/// SP-C1 .. SP-C6 of a sparse part; `offsets` is null for n:m.
LogicalResult verifySparseFactors(StructuredMatmulOpInterface op, Value values, Value indices,
                                  Value offsets, std::optional<int64_t> group);

/// SP-R1 .. SP-R3 of a sparse part whose values are operand `firstOperand`.
SmallVector<IndexCheck> getSparseIndexChecks(unsigned firstOperand, bool hasOffsets,
                                             std::optional<int64_t> group);

/// The structure of a sparse part, as far as types tell.
SparseAttr getSparseStructure(StructuredMatmulOpInterface op, Value values,
                              std::optional<int64_t> group);

/// The sparse factors of the rows in `tile`.
SmallVector<Value> sliceSparseFactors(OpBuilder &builder, Location loc, ValueRange factors,
                                      bool hasOffsets, const RowTile &tile);

//===----------------------------------------------------------------------===//
// Building linalg
//===----------------------------------------------------------------------===//

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

/// `acc + lhs rhs` with the given maps; operands are widened to acc's type.
Value buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                       ArrayRef<AffineMap> maps);

/// `acc + x w^T` for x (m, k), w (n, k).
Value buildMatmulTransposed(OpBuilder &builder, Location loc, Value x, Value w, Value acc);

/// `acc + round_mid(x V^T) U^T`.
Value buildLowRankProduct(OpBuilder &builder, Location loc, Value x, Value u, Value v, Value acc,
                          Type mid);

/// `acc + x S^T` for a sparse S given by `factors`.
Value buildSparseProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                         bool hasOffsets, std::optional<int64_t> group, Value acc);

/// `ceil(a / b)`, `a * b`, of sizes.
OpFoldResult ceilDivSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b);
OpFoldResult mulSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b);

} // namespace mlir::structlin::detail

#endif // STRUCTLIN_LIB_IR_FAMILYSUPPORT_H
