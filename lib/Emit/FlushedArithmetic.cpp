//===- FlushedArithmetic.cpp - f32 without subnormals ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlushedArithmetic.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "structlin/Emit/Rounding.h"

using namespace mlir;
using namespace mlir::structlin;

static constexpr uint32_t kSign = 0x80000000, kExponent = 0x7f800000, kHighHalf = 0xffff0000;

/// The type of `value` with another element type.
static Type withElement(Value value, Type element) {
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    return VectorType::get(vector.getShape(), element);
  return element;
}

/// `bits` in each lane of `like`.
static Value constantBits(ImplicitLocOpBuilder &builder, Value like, uint32_t bits) {
  TypedAttr value = builder.getI32IntegerAttr(static_cast<int32_t>(bits));
  if (auto type = dyn_cast<VectorType>(withElement(like, builder.getI32Type())))
    value = DenseElementsAttr::get(type, static_cast<Attribute>(value));
  return arith::ConstantOp::create(builder, value);
}

static Value toBits(ImplicitLocOpBuilder &builder, Value value) {
  return arith::BitcastOp::create(builder, withElement(value, builder.getI32Type()), value);
}
static Value fromBits(ImplicitLocOpBuilder &builder, Value bits) {
  return arith::BitcastOp::create(builder, withElement(bits, builder.getF32Type()), bits);
}

/// Zeros with the signs of `bits`.
static Value signsOf(ImplicitLocOpBuilder &builder, Value bits) {
  return arith::AndIOp::create(builder, bits, constantBits(builder, bits, kSign));
}

/// f32 bits with zeros in place of subnormals.
static Value flushBits(ImplicitLocOpBuilder &builder, Value bits) {
  Value exponent = arith::AndIOp::create(builder, bits, constantBits(builder, bits, kExponent));
  Value isSmall = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, exponent,
                                        constantBits(builder, bits, 0));
  return arith::SelectOp::create(builder, isSmall, signsOf(builder, bits), bits);
}

static Value flush(ImplicitLocOpBuilder &builder, Value value) {
  return fromBits(builder, flushBits(builder, toBits(builder, value)));
}

Value mlir::structlin::widenFlushed(ImplicitLocOpBuilder &builder, Value pairs, bool odd) {
  int64_t size = cast<VectorType>(pairs.getType()).getDimSize(0) / 2;
  Value words =
      vector::BitCastOp::create(builder, VectorType::get({size}, builder.getI32Type()), pairs);
  Value bits =
      odd ? arith::AndIOp::create(builder, words, constantBits(builder, words, kHighHalf))
                .getResult()
          : arith::ShLIOp::create(builder, words, constantBits(builder, words, 16)).getResult();
  return fromBits(builder, flushBits(builder, bits));
}

Value mlir::structlin::roundToBF16Flushed(ImplicitLocOpBuilder &builder, Value value) {
  ::structlin::kernels::Target plain;
  return convertElements(builder, builder.getLoc(), plain, flush(builder, value),
                         builder.getBF16Type());
}

Value mlir::structlin::multiplyAddFlushed(ImplicitLocOpBuilder &builder, Value a, Value b,
                                          Value c) {
  c = flush(builder, c);
  Value rounded = vector::FMAOp::create(builder, a, b, c);
  // Subnormals have fewer than 24 bits, so that `rounded` does not tell whether 24 bits
  // would have been the smallest normal number. The product is exact in f64, and so is
  // any sum that is close to the bound.
  auto wide = cast<VectorType>(withElement(c, builder.getF64Type()));
  auto widen = [&](Value value) { return arith::ExtFOp::create(builder, wide, value); };
  Value sum =
      arith::AddFOp::create(builder, arith::MulFOp::create(builder, widen(a), widen(b)), widen(c));
  // The largest number that rounds to less than 2^-126 lies below 2^-126 - 2^-151.
  Value bound =
      arith::ConstantOp::create(builder, DenseElementsAttr::get(wide, 0x1p-126 - 0x1p-151));
  Value isSmall = arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT,
                                        math::AbsFOp::create(builder, sum), bound);
  Value bits = toBits(builder, rounded);
  return fromBits(builder, arith::SelectOp::create(builder, isSmall, signsOf(builder, bits), bits));
}

Value mlir::structlin::addFlushed(ImplicitLocOpBuilder &builder, Value a, Value b) {
  // A sum below the normal range is exact.
  Value sum = arith::AddFOp::create(builder, flush(builder, a), flush(builder, b));
  return flush(builder, sum);
}
