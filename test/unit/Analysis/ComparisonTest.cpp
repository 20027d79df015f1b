//===- ComparisonTest.cpp - like is compared with like --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Comparison.h"
#include "gtest/gtest.h"

using namespace structlin;

namespace {
/// A product that is predicted to take twice, and was measured to take half of the dense
/// one's time, with 16 tokens for the 10 that were asked for.
class ComparisonTest : public testing::Test {
protected:
  ComparisonTest() {
    product.key = {"avx2", "structlin.low_rank_matmul", "f32 f32 f32 -> f32", "64x8 8x64",
                   1,      10,                          64,                  64,
                   0.25};
    product.predicted = 200;
    product.measured = &measured;
    measured = {product.key, {}, 1000};
    measured.key.tokens = 16;
    dense.key = product.key;
    dense.key.kernel = "structlin.linear";
    dense.key.keep = 1;
    dense.predicted = 100;
    dense.measured = &measuredDense;
    measuredDense = {dense.key, {}, 2000};
    measuredDense.key.tokens = 16;
  }

  TuningEntry measured, measuredDense;
  KnownTime product, dense;
};
} // namespace

TEST_F(ComparisonTest, MeasuredTimesDecide) {
  Comparison result = compareTimes(product, dense);
  EXPECT_EQ(result.source, TimeSource::Table);
  EXPECT_EQ(result.product, 1000);
  EXPECT_EQ(result.dense, 2000);
  EXPECT_FALSE(result.loses());
}

TEST_F(ComparisonTest, OneMeasuredTimeDecidesNothing) {
  for (KnownTime *side : {&product, &dense}) {
    const TuningEntry *entry = std::exchange(side->measured, nullptr);
    Comparison result = compareTimes(product, dense);
    EXPECT_EQ(result.source, TimeSource::Mixed);
    EXPECT_EQ(result.product, 200);
    EXPECT_EQ(result.dense, 100);
    EXPECT_TRUE(result.loses());
    side->measured = entry;
  }
}

TEST_F(ComparisonTest, PredictionsAreComparedWithoutATable) {
  product.measured = dense.measured = nullptr;
  Comparison result = compareTimes(product, dense);
  EXPECT_EQ(result.source, TimeSource::Model);
  EXPECT_TRUE(result.loses());
}

TEST_F(ComparisonTest, TimesOfOtherProductsAreNotCompared) {
  auto expectMixed = [&] { EXPECT_EQ(compareTimes(product, dense).source, TimeSource::Mixed); };
  measured.key.tokens = 15;
  expectMixed();
  measured.key.tokens = 16;
  measured.key.inputs = 96;
  expectMixed();
  measured.key.inputs = 64;
  measured.key.structure = "64x9 9x64";
  expectMixed();
  measured.key.structure = product.key.structure;
  measured.key.keep = 0.3;
  expectMixed();
  // A pattern that has a few entries more.
  measured.key.keep = 0.251;
  EXPECT_EQ(compareTimes(product, dense).source, TimeSource::Table);
}
