//===- ExactFloat.h - f32 arithmetic on integers ----------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model of flushed f32 arithmetic that shares nothing with the code it judges: sums
// are exact integers, rounded once, by hand.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_EMIT_EXACTFLOAT_H
#define STRUCTLIN_TEST_EMIT_EXACTFLOAT_H

#include "llvm/ADT/APInt.h"
#include <cmath>
#include <limits>

namespace structlin::kernels::test {

/// Zero in place of a subnormal.
inline float flushed(float value) {
  return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value;
}

/// `value` as a multiple of 2^-kPoint. Holds every product and sum of finite floats.
inline constexpr int kPoint = 320, kBits = 1024;
inline llvm::APInt toFixed(float value) {
  int exponent = 0;
  // A whole number of 24 bits.
  auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(value, &exponent), 24));
  llvm::APInt fixed(kBits, mantissa, /*isSigned=*/true);
  return value == 0 ? fixed : fixed.shl(exponent - 24 + kPoint);
}

/// A number other than zero, rounded to 24 bits, to nearest even.
inline float roundFixed(const llvm::APInt &fixed) {
  llvm::APInt magnitude = fixed.abs();
  int extra = std::max<int>(0, magnitude.getActiveBits() - 24);
  llvm::APInt kept = magnitude.lshr(extra), rest = magnitude - kept.shl(extra);
  if (extra > 0) {
    llvm::APInt half = llvm::APInt::getOneBitSet(kBits, extra - 1);
    if (rest.ugt(half) || (rest == half && kept[0]))
      ++kept;
  }
  // 2^e <= the rounded number < 2^(e + 1).
  int e = static_cast<int>(kept.getActiveBits()) - 1 + extra - kPoint;
  double sign = fixed.isNegative() ? -1.0 : 1.0;
  if (e < -126)
    return static_cast<float>(sign * 0.0);
  if (e > 127)
    return static_cast<float>(sign * std::numeric_limits<double>::infinity());
  return static_cast<float>(sign *
                            std::ldexp(static_cast<double>(kept.getZExtValue()), extra - kPoint));
}

/// a b + c.
inline float exactMultiplyAdd(float a, float b, float c) {
  a = flushed(a), b = flushed(b), c = flushed(c);
  double product = static_cast<double>(a) * b;
  if (!std::isfinite(product) || !std::isfinite(c))
    return static_cast<float>(product + c);
  llvm::APInt sum = (toFixed(a) * toFixed(b)).ashr(kPoint) + toFixed(c);
  if (sum.isZero()) // Of two zeros, or of two numbers that cancel.
    return static_cast<float>(product + c);
  return roundFixed(sum);
}

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_EMIT_EXACTFLOAT_H
