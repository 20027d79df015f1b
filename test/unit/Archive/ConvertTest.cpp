//===- ConvertTest.cpp - tests of the conversions -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against LLVM's APFloat, an independent implementation of the formats.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Convert.h"
#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace structlin;
using llvm::APFloat;
using llvm::APInt;

static const llvm::fltSemantics &semanticsOf(ElementType type) {
  return type == ElementType::F16 ? APFloat::IEEEhalf() : APFloat::BFloat();
}

static double expectedWidening(ElementType type, uint16_t bits) {
  return APFloat(semanticsOf(type), APInt(16, bits)).convertToDouble();
}

static uint16_t expectedNarrowing(ElementType type, APFloat value) {
  bool losesInfo;
  value.convert(semanticsOf(type), APFloat::rmNearestTiesToEven, &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

static uint16_t narrow(ElementType type, float value) {
  return type == ElementType::F16 ? floatToHalf(value) : floatToBfloat(value);
}
static uint16_t narrow(ElementType type, double value) {
  return type == ElementType::F16 ? doubleToHalf(value) : doubleToBfloat(value);
}
static float widen(ElementType type, uint16_t bits) {
  return type == ElementType::F16 ? halfToFloat(bits) : bfloatToFloat(bits);
}

template <typename Real> static void expectNarrowing(ElementType type, Real value) {
  uint16_t actual = narrow(type, value);
  uint16_t expected = expectedNarrowing(type, APFloat(value));
  // Any NaN of the same sign is right: the payload has no meaning.
  if (std::isnan(value)) {
    EXPECT_TRUE(std::isnan(widen(type, actual)));
    EXPECT_EQ(actual & 0x8000, expected & 0x8000);
  } else {
    EXPECT_EQ(actual, expected) << value;
  }
}

class Convert16 : public ::testing::TestWithParam<ElementType> {};
INSTANTIATE_TEST_SUITE_P(Types, Convert16, ::testing::Values(ElementType::F16, ElementType::BF16),
                         [](const auto &info) { return safetensorsName(info.param).str(); });

TEST_P(Convert16, WidensEveryPattern) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    double expected = expectedWidening(GetParam(), bits);
    float actual = widen(GetParam(), bits);
    ASSERT_EQ(std::signbit(actual), std::signbit(expected)) << bits;
    if (std::isnan(expected))
      ASSERT_TRUE(std::isnan(actual)) << bits;
    else
      ASSERT_EQ(double(actual), expected) << bits;
  }
}

TEST_P(Convert16, NarrowsEveryPatternBack) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    float value = widen(GetParam(), bits);
    if (std::isnan(value)) {
      expectNarrowing(GetParam(), value);
      expectNarrowing(GetParam(), double(value));
      continue;
    }
    ASSERT_EQ(narrow(GetParam(), value), bits);
    ASSERT_EQ(narrow(GetParam(), double(value)), bits);
  }
}

/// Between every two neighbours: the tie and the values right beside it, in float
/// and in double, where rounding through float would give the wrong neighbour.
TEST_P(Convert16, RoundsTiesToEven) {
  for (unsigned bits = 0; bits < 65535; ++bits) {
    double low = expectedWidening(GetParam(), bits);
    double high = expectedWidening(GetParam(), bits + 1);
    if (!std::isfinite(low) || !std::isfinite(high) || std::signbit(low) != std::signbit(high))
      continue;
    double tie = low / 2 + high / 2;
    for (double value : {tie, std::nextafter(tie, -INFINITY), std::nextafter(tie, INFINITY)})
      expectNarrowing(GetParam(), value);
    float floatTie = float(tie);
    for (float value :
         {floatTie, std::nextafter(floatTie, -INFINITY), std::nextafter(floatTie, INFINITY)})
      expectNarrowing(GetParam(), value);
  }
}

TEST_P(Convert16, RoundsOverflowAndExtremes) {
  APFloat largest = APFloat::getLargest(semanticsOf(GetParam()));
  double limit = largest.convertToDouble();
  // Half a last place beyond the largest value is where infinity starts.
  double tie =
      limit + std::ldexp(1.0, std::ilogb(limit) - (GetParam() == ElementType::F16 ? 11 : 8));
  for (double sign : {1.0, -1.0}) {
    for (double value :
         {limit, tie, std::nextafter(tie, 0.0), std::nextafter(tie, INFINITY), 0.0,
          double(INFINITY), std::numeric_limits<double>::max(),
          double(std::numeric_limits<float>::max()), std::numeric_limits<double>::denorm_min(),
          double(std::numeric_limits<float>::denorm_min()),
          std::numeric_limits<double>::quiet_NaN()})
      expectNarrowing(GetParam(), sign * value);
    for (float value : {std::numeric_limits<float>::max(), std::numeric_limits<float>::denorm_min(),
                        INFINITY, std::numeric_limits<float>::quiet_NaN(), 0.0f})
      expectNarrowing(GetParam(), float(sign) * value);
  }
}

TEST_P(Convert16, NarrowsRandomPatterns) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) {
    uint64_t bits = random();
    expectNarrowing(GetParam(), llvm::bit_cast<float>(uint32_t(bits)));
    // Doubles whose exponents concern 16-bit types.
    double value = std::ldexp(1.0 + double(bits >> 12) * 0x1p-52, int(bits % 300) - 160);
    expectNarrowing(GetParam(), bits & 2048 ? value : -value);
  }
}

TEST_P(Convert16, BulkEqualsScalarAtAnyAlignment) {
  std::vector<char> memory(2 * 65536 + 1);
  char *source = memory.data() + 1;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    uint16_t pattern = bits;
    std::memcpy(source + 2 * bits, &pattern, 2);
  }
  llvm::ArrayRef<char> bytes(source, 2 * 65536);
  std::vector<double> doubles(65536);
  std::vector<float> floats(65536);
  convertToDouble(bytes, GetParam(), doubles);
  convertToFloat(bytes, GetParam(), floats);
  std::vector<char> fromDoubles(2 * 65536 + 1), fromFloats(2 * 65536 + 1);
  llvm::MutableArrayRef<char> doubleTarget(fromDoubles.data() + 1, 2 * 65536);
  llvm::MutableArrayRef<char> floatTarget(fromFloats.data() + 1, 2 * 65536);
  convertFromDouble(doubles, GetParam(), doubleTarget);
  convertFromFloat(floats, GetParam(), floatTarget);
  for (unsigned bits = 0; bits < 65536; ++bits) {
    float value = widen(GetParam(), bits);
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(floats[bits]) && std::isnan(doubles[bits]));
      continue;
    }
    ASSERT_EQ(floats[bits], value);
    ASSERT_EQ(doubles[bits], double(value));
    ASSERT_EQ(std::memcmp(&doubleTarget[2 * bits], source + 2 * bits, 2), 0);
    ASSERT_EQ(std::memcmp(&floatTarget[2 * bits], source + 2 * bits, 2), 0);
  }
}

template <typename T> static T narrowOne(ElementType type, double value) {
  T result;
  convertFromDouble(value, type, {reinterpret_cast<char *>(&result), sizeof(T)});
  return result;
}

template <typename T> static void expectIntegerConversion(ElementType type) {
  using Limits = std::numeric_limits<T>;
  double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(narrowOne<T>(type, 0.5), T(0));
  EXPECT_EQ(narrowOne<T>(type, 1.5), T(2));
  EXPECT_EQ(narrowOne<T>(type, 2.5), T(2));
  EXPECT_EQ(narrowOne<T>(type, 100.49), T(100));
  EXPECT_EQ(narrowOne<T>(type, nan), T(0));
  EXPECT_EQ(narrowOne<T>(type, INFINITY), Limits::max());
  EXPECT_EQ(narrowOne<T>(type, -INFINITY), Limits::min());
  EXPECT_EQ(narrowOne<T>(type, double(Limits::max())), Limits::max());
  EXPECT_EQ(narrowOne<T>(type, double(Limits::min())), Limits::min());
  EXPECT_EQ(narrowOne<T>(type, 2 * double(Limits::max())), Limits::max());
  if (std::is_signed_v<T>) {
    EXPECT_EQ(narrowOne<T>(type, -1.5), T(-2));
    EXPECT_EQ(narrowOne<T>(type, -2.5), T(-2));
  } else {
    EXPECT_EQ(narrowOne<T>(type, -1.0), T(0));
  }
  // Widening and narrowing give the value back where it is exact.
  for (T value : {Limits::min(), T(0), T(1), T(77), T(Limits::max() / 2 + 1)}) {
    double wide;
    convertToDouble({reinterpret_cast<const char *>(&value), sizeof(T)}, type, wide);
    EXPECT_EQ(wide, double(value));
    EXPECT_EQ(narrowOne<T>(type, wide), value);
    float single;
    convertToFloat({reinterpret_cast<const char *>(&value), sizeof(T)}, type, single);
    EXPECT_EQ(single, float(value));
  }
}

TEST(Convert, RoundsAndSaturatesIntegers) {
  expectIntegerConversion<int64_t>(ElementType::I64);
  expectIntegerConversion<int32_t>(ElementType::I32);
  expectIntegerConversion<int16_t>(ElementType::I16);
  expectIntegerConversion<int8_t>(ElementType::I8);
  expectIntegerConversion<uint64_t>(ElementType::U64);
  expectIntegerConversion<uint32_t>(ElementType::U32);
  expectIntegerConversion<uint16_t>(ElementType::U16);
  expectIntegerConversion<uint8_t>(ElementType::U8);
}

TEST(Convert, Booleans) {
  EXPECT_EQ(narrowOne<uint8_t>(ElementType::I1, 0.0), 0);
  EXPECT_EQ(narrowOne<uint8_t>(ElementType::I1, -0.0), 0);
  EXPECT_EQ(narrowOne<uint8_t>(ElementType::I1, 0.25), 1);
  std::vector<float> values(3);
  convertToFloat({"\0\1\2", 3}, ElementType::I1, values);
  EXPECT_EQ(values, (std::vector<float>{0, 1, 1}));
}

TEST(Convert, DoublesAndFloats) {
  EXPECT_EQ(narrowOne<double>(ElementType::F64, 0.1), 0.1);
  EXPECT_EQ(narrowOne<float>(ElementType::F32, 0.1), 0.1f);
  float value = 0.3f;
  double wide;
  convertToDouble({reinterpret_cast<const char *>(&value), 4}, ElementType::F32, wide);
  EXPECT_EQ(wide, double(0.3f));
}
