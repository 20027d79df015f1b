//===- RandomParametersTest.cpp - tests of parameters from a seed ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the values depend on, and how they are distributed.
//
//===----------------------------------------------------------------------===//

#include "ArchiveTestUtil.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Archive/ParameterSource.h"
#include <algorithm>
#include <cmath>
#include <cstring>

using namespace structlin;
using namespace structlin::test;

static HostTensor randomTensor(uint64_t seed, llvm::StringRef name, ElementType type,
                               llvm::ArrayRef<int64_t> shape) {
  return valueOf(createRandomParameters(seed)->lookup(name, type, shape));
}

TEST(RandomParameters, DependOnlyOnSeedNameAndShape) {
  auto source = valueOf(openParameterSource("random:7"));
  HostTensor late = [&] {
    (void)valueOf(source->lookup("b", ElementType::F32, {100, 30}));
    return valueOf(source->lookup("a", ElementType::F32, {100, 30}));
  }();
  expectEqual(late, randomTensor(7, "a", ElementType::F32, {100, 30}));
  EXPECT_TRUE(source->names().empty());
  auto bytesOf = [](uint64_t seed, llvm::StringRef name) {
    return randomTensor(seed, name, ElementType::F32, {8}).toFloats();
  };
  EXPECT_NE(bytesOf(7, "a"), bytesOf(7, "b"));
  EXPECT_NE(bytesOf(7, "a"), bytesOf(8, "a"));
  EXPECT_NE(bytesOf(7, "ab"), bytesOf(7, "ba"));
}

/// Pins the values, computed by another program with the C library's logarithm,
/// cosine and sine: other machines and later versions must give the same.
TEST(RandomParameters, KnownValues) {
  std::vector<float> values = randomTensor(0, "w", ElementType::F32, {4}).toFloats();
  EXPECT_EQ(values,
            (std::vector<float>{-0.115607254f, -0.584464014f, 0.939420998f, -0.593388081f}));
}

TEST(RandomParameters, FloatTypesRoundTheSameValues) {
  std::vector<float> values = randomTensor(3, "w", ElementType::F32, {65, 63}).toFloats();
  EXPECT_EQ(randomTensor(3, "w", ElementType::F64, {65, 63}).toDoubles(),
            std::vector<double>(values.begin(), values.end()));
  for (ElementType type : {ElementType::F16, ElementType::BF16}) {
    std::vector<char> expected(2 * values.size());
    convertFromFloat(values, type, expected);
    EXPECT_EQ(randomTensor(3, "w", type, {65, 63}).bytes(), llvm::ArrayRef<char>(expected));
  }
}

TEST(RandomParameters, EmptyAndScalar) {
  for (ElementType type : allElementTypes())
    for (const std::vector<int64_t> &shape : testShapes())
      EXPECT_EQ(randomTensor(1, "w", type, shape).numElements(), numElementsOf(shape));
}

TEST(RandomParameters, AreNormal) {
  constexpr int64_t rows = 1024, columns = 1024;
  constexpr double count = rows * columns;
  std::vector<double> values = randomTensor(5, "w", ElementType::F64, {rows, columns}).toDoubles();
  double moments[5] = {};
  for (double &value : values) {
    value *= std::sqrt(double(columns));
    for (int k = 1; k < 5; ++k)
      moments[k] += std::pow(value, k) / count;
  }
  // Five standard deviations of each moment's estimate.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1 / count));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2 / count));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15 / count));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96 / count));
  // The largest distance to the normal distribution function (Kolmogorov and
  // Smirnov; exceeded with probability 1e-6).
  std::sort(values.begin(), values.end());
  double distance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    double below = 0.5 * std::erfc(-values[i] / std::sqrt(2.0));
    distance =
        std::max({distance, std::fabs(below - i / count), std::fabs(below - (i + 1) / count)});
  }
  EXPECT_LT(distance, 2.7 / std::sqrt(count));
}

TEST(RandomParameters, NeighboursAreIndependent) {
  std::vector<double> values = randomTensor(5, "w", ElementType::F64, {1 << 20, 1}).toDoubles();
  for (size_t lag : {1, 2, 3, 64, 1024}) {
    double sum = 0;
    for (size_t i = lag; i < values.size(); ++i)
      sum += values[i] * values[i - lag];
    EXPECT_LT(std::fabs(sum), 5 * std::sqrt(double(values.size()))) << lag;
  }
}

static void expectUniform(ElementType type, double low, double high) {
  std::vector<double> values = randomTensor(5, "w", type, {70000}).toDoubles();
  double share = values.size() / (high - low + 1);
  for (double value = low; value <= high; ++value)
    EXPECT_NEAR(std::count(values.begin(), values.end(), value), share, 5 * std::sqrt(share));
  EXPECT_GE(*std::min_element(values.begin(), values.end()), low);
  EXPECT_LE(*std::max_element(values.begin(), values.end()), high);
}

TEST(RandomParameters, IntegersAreSmall) {
  for (ElementType type : {ElementType::I64, ElementType::I32, ElementType::I16, ElementType::I8})
    expectUniform(type, -3, 3);
  for (ElementType type : {ElementType::U64, ElementType::U32, ElementType::U16, ElementType::U8})
    expectUniform(type, 0, 3);
  expectUniform(ElementType::I1, 0, 1);
}

TEST(RandomParameters, ErrorShape) {
  EXPECT_ERROR(createRandomParameters(0)->lookup("w", ElementType::F32, {-1}),
               "parameter 'w': the shape has a negative size or does not fit");
}
