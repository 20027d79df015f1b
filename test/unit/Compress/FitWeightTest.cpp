//===- FitWeightTest.cpp - fits and what they report ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Seeds, notes about fewer steps, and the error of what is stored.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/FitWeight.h"
#include "structlin/Archive/ParameterSource.h"
#include "structlin/Compress/Recipe.h"
#include "structlin/IR/StructlinDialect.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
class FitWeightTest : public ::testing::Test {
protected:
  FitWeightTest() {
    DialectRegistry registry;
    registry.insert<StructlinDialect>();
    registerFitModels(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<StructlinDialect>();
  }

  /// A structure for a weight of `shape`.
  StructureAttrInterface structure(StringRef text, ArrayRef<int64_t> shape) {
    std::string why;
    FailureOr<StructureAttrInterface> parsed = parseStructure(text, &context, why);
    EXPECT_TRUE(succeeded(parsed)) << why;
    return *parsed->resolve(shape[0], shape[1], why);
  }

  HostTensor randomWeight(ElementType type, ArrayRef<int64_t> shape) {
    return llvm::cantFail(::structlin::createRandomParameters(3)->lookup("w", type, shape));
  }

  MeasuredFit fit(StringRef text, const HostTensor &weight, const FitSettings &settings = {}) {
    std::string why;
    FailureOr<MeasuredFit> result =
        fitAndMeasure(structure(text, weight.shape()), weight, settings, why);
    EXPECT_TRUE(succeeded(result)) << why;
    return std::move(*result);
  }

  MLIRContext context;
};

constexpr StringLiteral kBlast = "#structlin.blast<blocks = [3, 2], rank = 3>";

TEST_F(FitWeightTest, seedsDependOnNameAndSeed) {
  EXPECT_EQ(mixSeed(1, "a"), mixSeed(1, "a"));
  EXPECT_NE(mixSeed(1, "a"), mixSeed(2, "a"));
  EXPECT_NE(mixSeed(1, "a"), mixSeed(1, "b"));
}

TEST_F(FitWeightTest, sameSeedSameFactors) {
  HostTensor weight = randomWeight(ElementType::F32, {18, 14});
  FitSettings settings;
  settings.seed = 11;
  settings.sweeps = 10;
  MeasuredFit first = fit(kBlast, weight, settings), second = fit(kBlast, weight, settings);
  ASSERT_EQ(first.fitted.factors.size(), 3u);
  for (auto [a, b] : llvm::zip_equal(first.fitted.factors, second.fitted.factors))
    EXPECT_EQ(a.tensor.bytes(), b.tensor.bytes());
}

TEST_F(FitWeightTest, flopLimitMeansFewerSweepsAndANote) {
  HostTensor weight = randomWeight(ElementType::F32, {60, 48});
  FitSettings settings;
  settings.sweeps = 50;
  EXPECT_EQ(fit(kBlast, weight, settings).fitted.note, "");
  settings.flopLimit = 1e6;
  std::string note = fit(kBlast, weight, settings).fitted.note;
  EXPECT_NE(note.find("of 50 sweeps, to stay below the FLOP limit"), std::string::npos) << note;
}

TEST_F(FitWeightTest, reportsProgress) {
  HostTensor weight = randomWeight(ElementType::F32, {18, 14});
  FitSettings settings;
  settings.sweeps = 5;
  int64_t calls = 0, last = 0, planned = 0;
  settings.progress = [&](StringRef step, int64_t done, int64_t total) {
    EXPECT_EQ(step, "sweep");
    ++calls, last = done, planned = total;
  };
  (void)fit(kBlast, weight, settings);
  EXPECT_GE(calls, 5);
  EXPECT_EQ(last, planned);
}

TEST_F(FitWeightTest, errorIsThatOfRoundedFactors) {
  // Rank 12 of 12 is exact but for the rounding of the factors.
  HostTensor weight = randomWeight(ElementType::F64, {12, 12});
  StringRef full = "#structlin.low_rank<rank = 12>";
  EXPECT_LT(fit(full, weight).error, 1e-14);
  HostTensor narrow = HostTensor::fromDoubles(ElementType::BF16, {12, 12}, weight.toDoubles());
  MeasuredFit rounded = fit(full, narrow);
  EXPECT_EQ(rounded.fitted.factors[0].tensor.type(), ElementType::BF16);
  EXPECT_GT(rounded.error, 1e-4);
  EXPECT_LT(rounded.error, 1e-1);
}

TEST_F(FitWeightTest, integersBeyondDoubleAreRefused) {
  HostTensor weight = HostTensor::allocate(ElementType::I64, {1, 2});
  weight.mutableAs<int64_t>()[0] = (int64_t(1) << 53) + 1;
  weight.mutableAs<int64_t>()[1] = 0;
  std::string why;
  EXPECT_TRUE(
      failed(fitAndMeasure(structure("#structlin.sparse<1 : 2>", {1, 2}), weight, {}, why)));
  EXPECT_EQ(why, "it has integers beyond 2^53");
}

TEST_F(FitWeightTest, largestHalfFloatsFit) {
  HostTensor weight = HostTensor::fromDoubles(ElementType::F16, {2, 2}, {65504, 0, 0, 65504});
  EXPECT_LT(fit("#structlin.low_rank<rank = 2>", weight).error, 1e-2);
}
} // namespace
