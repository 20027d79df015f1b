//===- Convert.cpp - exact conversions between element types --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scalar conversions are branch-free bit arithmetic, so that the loops over
// them vectorize without half-precision instructions.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Convert.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

using namespace structlin;
using llvm::ArrayRef;
using llvm::bit_cast;
using llvm::MutableArrayRef;

// Half has 5 exponent bits with bias 15 and 10 mantissa bits; float 8, 127, 23.
// Moving a half's bits up by 13 aligns the fields.

float structlin::halfToFloat(uint16_t bits) {
  constexpr uint32_t exponentMask = 0x7c00u << 13;
  constexpr uint32_t rebias = uint32_t(127 - 15) << 23;
  uint32_t magnitude = uint32_t(bits & 0x7fff) << 13;
  uint32_t exponent = magnitude & exponentMask;
  uint32_t normal = magnitude + rebias;
  // Infinity and NaN keep all exponent bits set.
  uint32_t special = normal + rebias;
  // A subnormal is mantissa * 2^-24. With the exponent of 2^-14 it reads as
  // 2^-14 + mantissa * 2^-24, exactly.
  constexpr uint32_t smallestNormal = uint32_t(127 - 14) << 23;
  uint32_t subnormal = bit_cast<uint32_t>(bit_cast<float>(magnitude | smallestNormal) -
                                          bit_cast<float>(smallestNormal));
  uint32_t result = exponent == exponentMask ? special : exponent == 0 ? subnormal : normal;
  return bit_cast<float>(result | uint32_t(bits & 0x8000) << 16);
}

uint16_t structlin::floatToHalf(float value) {
  uint32_t bits = bit_cast<uint32_t>(value);
  uint32_t magnitude = bits & 0x7fffffff;
  // The mantissa's carry goes into the exponent, as rounding wants it.
  uint32_t odd = (magnitude >> 13) & 1;
  uint32_t normal = (magnitude - (uint32_t(127 - 15) << 23) + 0xfff + odd) >> 13;
  // The last place of 0.5f is that of a subnormal half, 2^-24: the addition
  // rounds there, to nearest even.
  uint32_t subnormal = bit_cast<uint32_t>(bit_cast<float>(magnitude) + 0.5f) - 0x3f000000;
  uint32_t nan = 0x7e00 | (magnitude >> 13 & 0x3ff);
  uint32_t result = magnitude < 0x38800000 ? subnormal : normal; // 2^-14
  result = magnitude >= 0x477ff000 ? 0x7c00 : result;            // 65520, half way to 2^16
  result = magnitude > 0x7f800000 ? nan : result;
  return static_cast<uint16_t>(result | (bits >> 16 & 0x8000));
}

float structlin::bfloatToFloat(uint16_t bits) { return bit_cast<float>(uint32_t(bits) << 16); }

uint16_t structlin::floatToBfloat(float value) {
  uint32_t bits = bit_cast<uint32_t>(value);
  uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  uint32_t nan = bits >> 16 | 0x40;
  return static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? nan : rounded);
}

/// Rounds to odd: an inexact result is the neighbour with an odd last bit. With
/// two bits more than the final format, rounding it again to nearest even gives
/// the same as rounding `value` once.
static float roundToOdd(double value) {
  float nearest = static_cast<float>(value);
  uint32_t bits = bit_cast<uint32_t>(nearest);
  bool beyond = std::fabs(double(nearest)) > std::fabs(value);
  bool inexact = double(nearest) != value;
  bool isNan = value != value;
  uint32_t odd = (bits - beyond) | 1;
  return bit_cast<float>((inexact & !isNan) ? odd : bits);
}

uint16_t structlin::doubleToHalf(double value) { return floatToHalf(roundToOdd(value)); }
uint16_t structlin::doubleToBfloat(double value) { return floatToBfloat(roundToOdd(value)); }

/// Rounds to the nearest even integer without a call: beyond 2^52 every double
/// is one.
static double roundToInteger(double value) {
  double shift = std::copysign(0x1p52, value);
  double rounded = (value + shift) - shift;
  return std::fabs(value) < 0x1p52 ? rounded : value;
}

template <typename T> static T saturate(double value) {
  using Limits = std::numeric_limits<T>;
  if constexpr (sizeof(T) < 8) {
    double rounded = roundToInteger(value == value ? value : 0.0);
    rounded = rounded < double(Limits::min()) ? double(Limits::min()) : rounded;
    rounded = rounded > double(Limits::max()) ? double(Limits::max()) : rounded;
    return static_cast<T>(static_cast<int64_t>(rounded));
  } else {
    // The largest value is not a double: one past it is.
    double end = std::is_signed_v<T> ? 0x1p63 : 0x1p64;
    double rounded = roundToInteger(value);
    if (rounded != rounded)
      return 0;
    if (rounded >= end)
      return Limits::max();
    if (rounded < double(Limits::min()))
      return Limits::min();
    return static_cast<T>(rounded);
  }
}

/// Applies `convert` to every element; memcpy makes any alignment legal.
template <typename From, typename To, typename Convert>
static void convertAll(const void *source, void *target, size_t count, Convert convert) {
  for (size_t i = 0; i < count; ++i) {
    From from;
    std::memcpy(&from, static_cast<const char *>(source) + i * sizeof(From), sizeof(From));
    To to = convert(from);
    std::memcpy(static_cast<char *>(target) + i * sizeof(To), &to, sizeof(To));
  }
}

template <typename Real>
static void widen(ArrayRef<char> source, ElementType type, MutableArrayRef<Real> target) {
  assert(source.size() == target.size() * byteSize(type) && "expected as many elements");
  auto run = [&](auto exemplar, auto convert) {
    convertAll<decltype(exemplar), Real>(source.data(), target.data(), target.size(), convert);
  };
  auto cast = [](auto value) { return static_cast<Real>(value); };
  switch (type) {
  case ElementType::F64:
    return run(double(), cast);
  case ElementType::F32:
    return run(float(), cast);
  case ElementType::F16:
    return run(uint16_t(), [](uint16_t bits) { return Real(halfToFloat(bits)); });
  case ElementType::BF16:
    return run(uint16_t(), [](uint16_t bits) { return Real(bfloatToFloat(bits)); });
  case ElementType::I64:
    return run(int64_t(), cast);
  case ElementType::I32:
    return run(int32_t(), cast);
  case ElementType::I16:
    return run(int16_t(), cast);
  case ElementType::I8:
    return run(int8_t(), cast);
  case ElementType::U64:
    return run(uint64_t(), cast);
  case ElementType::U32:
    return run(uint32_t(), cast);
  case ElementType::U16:
    return run(uint16_t(), cast);
  case ElementType::U8:
    return run(uint8_t(), cast);
  case ElementType::I1:
    return run(uint8_t(), [](uint8_t byte) { return Real(byte != 0); });
  }
  llvm_unreachable("unknown element type");
}

static uint16_t toHalf(float value) { return floatToHalf(value); }
static uint16_t toHalf(double value) { return doubleToHalf(value); }
static uint16_t toBfloat(float value) { return floatToBfloat(value); }
static uint16_t toBfloat(double value) { return doubleToBfloat(value); }

template <typename Real>
static void narrow(ArrayRef<Real> source, ElementType type, MutableArrayRef<char> target) {
  assert(target.size() == source.size() * byteSize(type) && "expected as many elements");
  auto run = [&](auto exemplar, auto convert) {
    convertAll<Real, decltype(exemplar)>(source.data(), target.data(), source.size(), convert);
  };
  auto toInteger = [&](auto exemplar) {
    run(exemplar, [](Real value) { return saturate<decltype(exemplar)>(value); });
  };
  switch (type) {
  case ElementType::F64:
    return run(double(), [](Real value) { return double(value); });
  case ElementType::F32:
    return run(float(), [](Real value) { return float(value); });
  case ElementType::F16:
    return run(uint16_t(), [](Real value) { return toHalf(value); });
  case ElementType::BF16:
    return run(uint16_t(), [](Real value) { return toBfloat(value); });
  case ElementType::I64:
    return toInteger(int64_t());
  case ElementType::I32:
    return toInteger(int32_t());
  case ElementType::I16:
    return toInteger(int16_t());
  case ElementType::I8:
    return toInteger(int8_t());
  case ElementType::U64:
    return toInteger(uint64_t());
  case ElementType::U32:
    return toInteger(uint32_t());
  case ElementType::U16:
    return toInteger(uint16_t());
  case ElementType::U8:
    return toInteger(uint8_t());
  case ElementType::I1:
    return run(uint8_t(), [](Real value) { return uint8_t(value != 0); });
  }
  llvm_unreachable("unknown element type");
}

void structlin::convertToDouble(ArrayRef<char> source, ElementType type,
                                MutableArrayRef<double> target) {
  widen(source, type, target);
}

void structlin::convertToFloat(ArrayRef<char> source, ElementType type,
                               MutableArrayRef<float> target) {
  widen(source, type, target);
}

void structlin::convertFromDouble(ArrayRef<double> source, ElementType type,
                                  MutableArrayRef<char> target) {
  narrow(source, type, target);
}

void structlin::convertFromFloat(ArrayRef<float> source, ElementType type,
                                 MutableArrayRef<char> target) {
  narrow(source, type, target);
}
