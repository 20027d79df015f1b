//===- LinalgBuilders.cpp - linalg as decompositions build it ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Casts, padding and contractions on tensors of any mix of static and dynamic
// sizes.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/LinalgBuilders.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::structlin;

OpFoldResult structlin::ceilDivSizes(OpBuilder &builder, Location loc, OpFoldResult a,
                                     OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0.ceilDiv(s1), {a, b});
}

OpFoldResult structlin::mulSizes(OpBuilder &builder, Location loc, OpFoldResult a, OpFoldResult b) {
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  return affine::makeComposedFoldedAffineApply(builder, loc, s0 * s1, {a, b});
}

Value structlin::sliceDim(OpBuilder &builder, Location loc, Value shaped, int64_t dim,
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

Value structlin::buildZeros(OpBuilder &builder, Location loc, ArrayRef<OpFoldResult> sizes,
                            Type element) {
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
  return linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
}

Value structlin::buildScalarCast(OpBuilder &builder, Location loc, Value scalar, Type type) {
  return convertScalarToDtype(builder, loc, scalar, type, /*isUnsignedCast=*/false);
}

Value structlin::buildScalarMul(OpBuilder &builder, Location loc, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::MulFOp::create(builder, loc, a, b);
  return arith::MulIOp::create(builder, loc, a, b);
}

Value structlin::buildScalarAdd(OpBuilder &builder, Location loc, Value a, Value b) {
  if (isa<FloatType>(a.getType()))
    return arith::AddFOp::create(builder, loc, a, b);
  return arith::AddIOp::create(builder, loc, a, b);
}

Value structlin::buildCast(OpBuilder &builder, Location loc, Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getElementType() == element)
    return tensor;
  Value empty =
      tensor::EmptyOp::create(builder, loc, tensor::getMixedSizes(builder, loc, tensor), element);
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), tensor, empty, ArrayRef{identity, identity}, iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange args) {
               linalg::YieldOp::create(nested, nestedLoc,
                                       buildScalarCast(nested, nestedLoc, args[0], element));
             })
      .getResult(0);
}

Value structlin::buildPadTo(OpBuilder &builder, Location loc, Value tensor, int64_t dim,
                            OpFoldResult size) {
  auto type = cast<RankedTensorType>(tensor.getType());
  OpFoldResult current = tensor::getMixedSize(builder, loc, tensor, dim);
  if (isEqualConstantIntOrValue(current, size))
    return tensor;
  AffineExpr s0, s1;
  bindSymbols(builder.getContext(), s0, s1);
  SmallVector<OpFoldResult> low(type.getRank(), builder.getIndexAttr(0)), high = low;
  high[dim] = affine::makeComposedFoldedAffineApply(builder, loc, s0 - s1, {size, current});
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = getConstantIntValue(size).value_or(ShapedType::kDynamic);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type.getElementType()));
  return tensor::PadOp::create(builder, loc, type.clone(shape), tensor, low, high, zero);
}

Value structlin::splitColumns(OpBuilder &builder, Location loc, Value matrix, OpFoldResult blocks,
                              OpFoldResult size) {
  Value padded = buildPadTo(builder, loc, matrix, 1, mulSizes(builder, loc, blocks, size));
  SmallVector<OpFoldResult> sizes{tensor::getMixedSize(builder, loc, matrix, 0), blocks, size};
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(sizes, dynamic, shape);
  auto type = RankedTensorType::get(shape, getElementTypeOrSelf(matrix));
  return tensor::ExpandShapeOp::create(builder, loc, type, padded,
                                       SmallVector<ReassociationIndices>{{0}, {1, 2}}, sizes);
}

Value structlin::joinColumns(OpBuilder &builder, Location loc, Value blocked,
                             OpFoldResult numColumns, Type type) {
  Value flat = tensor::CollapseShapeOp::create(builder, loc, blocked,
                                               SmallVector<ReassociationIndices>{{0}, {1, 2}});
  Value sliced = sliceDim(builder, loc, flat, 1, builder.getIndexAttr(0), numColumns);
  if (sliced.getType() == type)
    return sliced;
  return tensor::CastOp::create(builder, loc, type, sliced);
}

Value structlin::buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                                  ArrayRef<ArrayRef<unsigned>> loops) {
  unsigned numLoops = 0;
  for (ArrayRef<unsigned> dims : loops)
    for (unsigned dim : dims)
      numLoops = std::max(numLoops, dim + 1);
  SmallVector<AffineMap> maps = llvm::map_to_vector(loops, [&](ArrayRef<unsigned> dims) {
    return AffineMap::getMultiDimMapWithTargets(numLoops, dims, builder.getContext());
  });
  return buildContraction(builder, loc, lhs, rhs, acc, maps);
}

Value structlin::buildContraction(OpBuilder &builder, Location loc, Value lhs, Value rhs, Value acc,
                                  ArrayRef<AffineMap> maps) {
  return linalg::ContractOp::create(builder, loc, acc.getType(), ValueRange{lhs, rhs}, acc,
                                    builder.getAffineMapArrayAttr(maps))
      .getResult(0);
}

Value structlin::buildMatmulTransposed(OpBuilder &builder, Location loc, Value x, Value w,
                                       Value acc) {
  return linalg::MatmulTransposeBOp::create(builder, loc, TypeRange{acc.getType()},
                                            ValueRange{x, w}, ValueRange{acc})
      .getResult(0);
}
