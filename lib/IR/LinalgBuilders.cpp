//===- LinalgBuilders.cpp - linalg as decompositions build it ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Casts, padding and contractions on tensors of any mix of static and dynamic
// sizes.
//
//===----------------------------------------------------------------------===//

#include "FamilySupport.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::structlin;

OpFoldResult structlin::detail::ceilDivSizes(OpBuilder &builder, Location loc, OpFoldResult a,
                                  OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0.ceilDiv(s1), {a, b});
}

OpFoldResult structlin::detail::mulSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0 * s1, {a, b});
}

Value structlin::detail::sliceDim(OpBuilder &builder, Location loc, Value shaped, int64_t dim,
                       OpFoldResult offset, OpFoldResult size) {
  auto type = cast<ShapedType>(shaped.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(linalg::createFoldedDimOp(builder, loc, shaped, i));
  if (isZeroInteger(offset) && isEqualConstantIntOrValue(size, sizes[dim]))
    return shaped;
  offsets[dim] = offset;
  sizes[dim] = size;
  if (isa<RankedTensorType>(type))
    return tensor::ExtractSliceOp::create(builder, loc, shaped, offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, shaped, offsets, sizes, strides);
}

Value structlin::detail::buildZeros(OpBuilder &builder, Location loc, ArrayRef<OpFoldResult> sizes,
                         Type element) {
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  return linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
}

Value structlin::detail::buildScalarCast(OpBuilder &builder, Location loc, Value scalar, Type type) {
  return convertScalarToDtype(builder, loc, scalar, type, /*isUnsignedCast=*/false);
}

Value structlin::detail::buildScalarMul(OpBuilder &builder, Location loc, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::MulFOp::create(builder, loc, a, b);
  return arith::MulIOp::create(builder, loc, a, b);
}

Value structlin::detail::buildScalarAdd(OpBuilder &builder, Location loc, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::AddFOp::create(builder, loc, a, b);
  return arith::AddIOp::create(builder, loc, a, b);
}

Value structlin::detail::buildCast(OpBuilder &builder, Location loc, Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getElementType() == element)
    return tensor;
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, tensor), element);
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), tensor, empty, ArrayRef{identity, identity},
             iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange args) {
               linalg::YieldOp::create(nested, nestedLoc,
                                       buildScalarCast(nested, nestedLoc, args[0], element));
             })
      .getResult(0);
}

Value structlin::detail::buildPadTo(OpBuilder &builder, Location loc, Value tensor, int64_t dim,
                         OpFoldResult size) {
  auto type = cast<RankedTensorType>(tensor.getType());
  OpFoldResult current = tensor::getMixedSize(builder, loc, tensor, dim);
  if (isEqualConstantIntOrValue(current, size))
    return tensor;
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  SmallVector<OpFoldResult> low(type.getRank(), builder.getIndexAttr(0)), high = low;
  high[dim] =
      affine::makeComposedFoldedAffineApply(builder, loc, s0 - s1, {size, current});
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = getConstantIntValue(size).value_or(ShapedType::kDynamic);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type.getElementType()));
  return tensor::PadOp::create(builder, loc, type.clone(shape), tensor, low, high, zero);
}

Value structlin::detail::buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                               ArrayRef<AffineMap> maps) {
  return linalg::ContractOp::create(builder, loc, acc.getType(), ValueRange{lhs, rhs}, acc,
                                    builder.getAffineMapArrayAttr(maps))
      .getResult(0);
}

Value structlin::detail::buildMatmulTransposed(OpBuilder &builder, Location loc, Value x, Value w,
                                    Value acc) {
  return linalg::MatmulTransposeBOp::create(builder, loc, TypeRange{acc.getType()},
                                            ValueRange{x, w}, ValueRange{acc})
      .getResult(0);
}
