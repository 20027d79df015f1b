//===- StructuredDecomposition.cpp - structured products as linalg -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The executable meaning of a structured product, and the weight that its
// factors stand for.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/IR/FamilySupport.h"

using namespace mlir;
using namespace mlir::structlin;

/// Reads a buffer as a tensor. The operands of a structured product on memrefs
/// do not alias its init, so `restrict` holds.
static Value asTensor(OpBuilder &builder, Location loc, Value value, bool isWritable) {
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type)
    return value;
  return bufferization::ToTensorOp::create(
      builder, loc, RankedTensorType::get(type.getShape(), type.getElementType()), value,
      /*restrict=*/true, isWritable);
}

FailureOr<SmallVector<Value>> structlin::decomposeStructuredMatmul(OpBuilder &builder,
                                                                   StructuredMatmulOpInterface op) {
  Location loc = op.getLoc();
  Value x = asTensor(builder, loc, op.getMatmulInput(), /*isWritable=*/false);
  SmallVector<Value> factors;
  for (Value factor : op.getFactors())
    factors.push_back(asTensor(builder, loc, factor, /*isWritable=*/false));
  Value init = asTensor(builder, loc, op.getMatmulInit(), /*isWritable=*/true);

  // The result is rounded once, from the accumulation type to the init's.
  Value acc = buildCast(builder, loc, init, op.getAccType());
  Value result = buildCast(builder, loc, op.buildProduct(builder, loc, x, factors, acc),
                           getElementTypeOrSelf(init));
  if (op.hasPureTensorSemantics())
    return SmallVector<Value>{result};
  bufferization::MaterializeInDestinationOp::create(builder, loc, /*result=*/Type(), result,
                                                    op.getMatmulInit(), /*restrict=*/true,
                                                    /*writable=*/true);
  return SmallVector<Value>{};
}

/// The identity matrix of `size`.
static Value buildIdentity(OpBuilder &builder, Location loc, int64_t size, Type element) {
  Value empty = tensor::EmptyOp::create(builder, loc, {size, size}, element);
  AffineMap identity = builder.getMultiDimIdentityMap(2);
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, empty.getType(), ValueRange{}, empty, ArrayRef{identity}, iterators,
             [&](OpBuilder &b, Location, ValueRange) {
               Value row = linalg::IndexOp::create(b, loc, 0);
               Value column = linalg::IndexOp::create(b, loc, 1);
               Value isDiagonal =
                   arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, row, column);
               Value one = arith::ConstantOp::create(b, loc, b.getOneAttr(element));
               Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
               linalg::YieldOp::create(
                   b, loc, Value(arith::SelectOp::create(b, loc, isDiagonal, one, zero)));
             })
      .getResult(0);
}

FailureOr<Value> structlin::reconstructWeight(OpBuilder &builder, Location loc,
                                              StructuredMatmulOpInterface op) {
  int64_t numOutputs = op.getNumOutputs(), numInputs = op.getNumInputs();
  if (ShapedType::isDynamic(numOutputs) || ShapedType::isDynamic(numInputs))
    return failure();
  // x = I gives y = W^T, whatever the family.
  SmallVector<Value> factors;
  for (Value factor : op.getFactors())
    factors.push_back(asTensor(builder, loc, factor, /*isWritable=*/false));
  Type acc = op.getAccType();
  Value identity =
      buildIdentity(builder, loc, numInputs, getElementTypeOrSelf(op.getMatmulInput()));
  Value zeros = buildZeros(
      builder, loc, {builder.getIndexAttr(numInputs), builder.getIndexAttr(numOutputs)}, acc);
  Value transposed = op.buildProduct(builder, loc, identity, factors, zeros);
  Value empty = tensor::EmptyOp::create(builder, loc, {numOutputs, numInputs}, acc);
  return linalg::TransposeOp::create(builder, loc, transposed, empty, ArrayRef<int64_t>{1, 0})
      ->getResult(0);
}
