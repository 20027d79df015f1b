//===- BlastTest.cpp - tests of the BLAST fit's options -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starts, limits, progress and refusals.
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

TEST(Blast, IsNoWorseThanLowRankOfItsRank) {
  for (auto [rows, cols, b1, b2, rank] :
       {std::tuple{48, 64, 4, 4, 6}, {19, 41, 3, 5, 4}, {64, 32, 1, 8, 5}}) {
    Matrix<double> w = gaussian<double>(rows, cols, rank);
    auto blast = fitBlast<double>(w, b1, b2, rank);
    auto low = fitLowRank<double>(w, rank);
    EXPECT_LE(blast->error, relativeError(w, reconstruct(*low)) * (1 + 1e-12));
    EXPECT_NEAR(blast->error, relativeError(w, reconstruct(blast->factors)), 1e-13);
  }
}

TEST(Blast, OfOneBlockRowIsLowRank) {
  Matrix<double> w = gaussian<double>(20, 36, 1);
  double low = relativeError(w, reconstruct(*fitLowRank<double>(w, 5)));
  EXPECT_NEAR((fitBlast<double>(w, 1, 4, 5)->error), low, 1e-12);
  EXPECT_NEAR((fitBlast<double>(w, 5, 1, 5)->error), low, 1e-12);
}

TEST(Blast, MoreStartsNeverHurt) {
  Matrix<float> w = gaussian<float>(32, 32, 2);
  double last = 2;
  for (int64_t restarts : {1, 3, 6}) {
    BlastOptions options;
    options.restarts = restarts;
    options.structuredStarts = false;
    auto fit = fitBlast<float>(w, 4, 4, 5, options);
    EXPECT_LE(fit->error, last);
    last = fit->error;
  }
  BlastOptions options;
  options.restarts = 6;
  EXPECT_LE((fitBlast<float>(w, 4, 4, 5, options)->error), last);
}

TEST(Blast, SeedsSelectTheStarts) {
  Matrix<double> w = gaussian<double>(24, 24, 3);
  BlastOptions options;
  options.structuredStarts = false;
  auto zero = fitBlast<double>(w, 3, 3, 4, options);
  EXPECT_EQ(zero->factors.u, (fitBlast<double>(w, 3, 3, 4, options)->factors.u));
  options.seed = 1;
  EXPECT_NE(zero->factors.u, (fitBlast<double>(w, 3, 3, 4, options)->factors.u));
}

TEST(Blast, BalancesItsFactors) {
  // f16 factors of weights as small as trained ones must not lose digits.
  Matrix<double> w = scaled(gaussian<double>(48, 48, 4), -6);
  auto fit = fitBlast<double>(w, 4, 4, 8);
  auto peak = [](const std::vector<double> &values) {
    double result = 0;
    for (double value : values)
      result = std::max(result, std::abs(value));
    return result;
  };
  for (const auto *factor : {&fit->factors.u, &fit->factors.s, &fit->factors.v}) {
    EXPECT_LT(peak(*factor), 8);
    EXPECT_GT(peak(*factor), 1e-2);
  }
}

TEST(Blast, PlansFewerSweepsAboveTheFlopLimit) {
  Matrix<float> w = gaussian<float>(40, 60, 5);
  BlastShape shape{40, 60, 4, 6, 8};
  BlastOptions options;
  EXPECT_EQ((fitBlast<float>(w, 4, 6, 8, options)->plannedSweeps), 100);
  options.structuredStarts = false;
  options.flopLimit = 40 * blastSweepFlops(shape);
  EXPECT_EQ((fitBlast<float>(w, 4, 6, 8, options)->plannedSweeps), 20);
  options.flopLimit = 1;
  options.restarts = 100;
  auto fit = fitBlast<float>(w, 4, 6, 8, options);
  EXPECT_EQ(fit->plannedSweeps, 1);
  EXPECT_LE(fit->error, 1);
}

TEST(Blast, ReportsProgressToTheEnd) {
  for (bool structured : {false, true}) {
    BlastOptions options;
    options.restarts = 2;
    options.structuredStarts = structured;
    int64_t last = 0, end = 0, calls = 0;
    options.progress = [&](int64_t done, int64_t total) {
      EXPECT_LE(last, done);
      EXPECT_LE(done, total);
      last = done;
      end = total;
      ++calls;
    };
    ASSERT_TRUE(bool(fitBlast<double>(gaussian<double>(24, 24, 6), 3, 3, 4, options)));
    EXPECT_EQ(last, end);
    EXPECT_GT(calls, 100);
  }
}

TEST(Blast, RefusesImpossibleShapes) {
  Matrix<double> w = gaussian<double>(4, 4, 7);
  for (auto [b1, b2, rank] : {std::tuple{0, 1, 1}, {1, -1, 1}, {1, 1, 0}})
    EXPECT_EQ((fitBlast<double>(w, b1, b2, rank).error()),
              "expected block counts and a rank of at least 1, got " + std::to_string(b1) + " x " +
                  std::to_string(b2) + " blocks of rank " + std::to_string(rank));
}

} // namespace
