//===- BlastRecoveryTest.cpp - planted BLAST matrices ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two shapes are recovered from every seed; what other shapes do is printed.
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"

#include <cstdio>

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

double bestOf(const BlastShape &shape, const BlastOptions &options) {
  Matrix<double> w = reconstruct(randomBlast<double>(shape, options.seed));
  auto fit = fitBlast<double>(w, shape.b1, shape.b2, shape.rank, options);
  EXPECT_TRUE(bool(fit)) << fit.error();
  double error = relativeError(w, reconstruct(fit->factors));
  EXPECT_NEAR(error, fit->error, 1e-14 + 1e-9 * error);
  return error;
}

BlastOptions eightRandomStarts(uint64_t seed) {
  BlastOptions options;
  options.seed = seed;
  options.restarts = 8;
  options.structuredStarts = false;
  return options;
}

class BlastPlanted : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, BlastPlanted, twentySeeds());

TEST_P(BlastPlanted, IsRecoveredAt256By16BlocksOfRank8) {
  EXPECT_LE(bestOf({256, 256, 16, 16, 8}, eightRandomStarts(GetParam())), recovered);
}

TEST_P(BlastPlanted, IsRecoveredAt64By4BlocksOfRank2) {
  EXPECT_LE(bestOf({64, 64, 4, 4, 2}, eightRandomStarts(GetParam())), recovered);
}

TEST_P(BlastPlanted, IsRecoveredByTheDefaultStarts) {
  BlastOptions options;
  options.seed = GetParam();
  EXPECT_LE(bestOf({256, 256, 16, 16, 8}, options), recovered);
  EXPECT_LE(bestOf({64, 64, 4, 4, 2}, options), recovered);
}

TEST(BlastRecovery, RatesOfOtherShapes) {
  const BlastShape shapes[] = {{19, 41, 3, 4, 2}, {60, 90, 3, 5, 6},  {96, 64, 6, 4, 12},
                               {64, 64, 8, 8, 8}, {64, 64, 8, 8, 12}, {128, 128, 4, 4, 16}};
  constexpr int seeds = 10;
  std::printf("planted BLAST recovered to %.0e, of %d seeds:\n", recovered, seeds);
  std::printf("%24s %10s %10s\n", "shape", "8 random", "default");
  for (const BlastShape &shape : shapes) {
    int random = 0, standard = 0;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      random += bestOf(shape, eightRandomStarts(seed)) <= recovered;
      BlastOptions options;
      options.seed = seed;
      standard += bestOf(shape, options) <= recovered;
    }
    std::printf("%3d x %3d, %d x %d, r %2d %10d %10d\n", int(shape.nOut), int(shape.nIn),
                int(shape.b1), int(shape.b2), int(shape.rank), random, standard);
  }
}

} // namespace
