//===- Rounding.cpp - results in the type of memory -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/Rounding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

/// The type of `value` with another element type.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return VectorType::get(vector.getShape(), element);
  return element;
}

/// As many `bits` as `like` has lanes.
static Value constantBits(OpBuilder &builder, Location location, Type like, int64_t bits) {
  TypedAttr value = builder.getI32IntegerAttr(bits);
  if (auto vector = dyn_cast<VectorType>(like))
    value = DenseElementsAttr::get(cast<VectorType>(withElement(vector, builder.getI32Type())),
                                   static_cast<Attribute>(value));
  return arith::ConstantOp::create(builder, location, value);
}

/// `value`, of bf16, as f32.
static Value widenBF16(OpBuilder &builder, Location location, Value value) {
  Type like = value.getType();
  Value word =
      arith::BitcastOp::create(builder, location, withElement(like, builder.getI16Type()), value);
  Value low =
      arith::ExtUIOp::create(builder, location, withElement(like, builder.getI32Type()), word);
  Value bits =
      arith::ShLIOp::create(builder, location, low, constantBits(builder, location, like, 16));
  return arith::BitcastOp::create(builder, location, withElement(like, builder.getF32Type()), bits);
}

/// `value`, of f32, rounded to bf16.
static Value roundToBF16(OpBuilder &builder, Location location, Value value) {
  Type like = value.getType();
  auto constant = [&](int64_t bits) { return constantBits(builder, location, like, bits); };
  Value bits =
      arith::BitcastOp::create(builder, location, withElement(like, builder.getI32Type()), value);
  // To nearest, and to even where two are as near.
  Value odd = arith::AndIOp::create(builder, location,
                                    arith::ShRUIOp::create(builder, location, bits, constant(16)),
                                    constant(1));
  Value half = arith::AddIOp::create(builder, location, odd, constant(0x7fff));
  Value rounded = arith::AddIOp::create(builder, location, bits, half);
  // A NaN stays one, whatever its lower half is.
  Value quiet = arith::OrIOp::create(builder, location, bits, constant(0x400000));
  Value isNaN = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::UNO, value, value);
  Value chosen = arith::SelectOp::create(builder, location, isNaN, quiet, rounded);
  Value high = arith::ShRUIOp::create(builder, location, chosen, constant(16));
  Value word =
      arith::TruncIOp::create(builder, location, withElement(like, builder.getI16Type()), high);
  return arith::BitcastOp::create(builder, location, withElement(like, builder.getBF16Type()),
                                  word);
}

Value mlir::structlin::convertElements(OpBuilder &builder, Location location,
                                       const ::structlin::kernels::Target &target, Value value,
                                       Type element) {
  Type from = getElementTypeOrSelf(value.getType()), to = withElement(value.getType(), element);
  if (from == element)
    return value;
  bool wider = element.getIntOrFloatBitWidth() > from.getIntOrFloatBitWidth();
  if (isa<IntegerType>(from))
    return wider ? arith::ExtSIOp::create(builder, location, to, value).getResult()
                 : arith::TruncIOp::create(builder, location, to, value).getResult();
  // LLVM has no registers for bf16, and would keep single elements as f32.
  if (from.isBF16() && wider)
    return convertElements(builder, location, target, widenBF16(builder, location, value), element);
  if (wider)
    return arith::ExtFOp::create(builder, location, to, value);
  if (element.isBF16() && from.isF32() && !target.dotBF16)
    return roundToBF16(builder, location, value);
  return arith::TruncFOp::create(builder, location, to, value);
}
