//===- LowRankTest.cpp - tests of the low_rank fit ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against spectra known by construction (Eckart and Young).
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

/// Orthonormal rows by Gram-Schmidt, done twice.
Matrix<double> orthonormalRows(int64_t rows, int64_t cols, uint64_t seed) {
  Matrix<double> q = gaussian<double>(rows, cols, seed);
  for (int64_t i = 0; i < rows; ++i)
    for (int repeat = 0; repeat < 2; ++repeat) {
      for (int64_t k = 0; k < i; ++k) {
        double overlap = 0;
        for (int64_t j = 0; j < cols; ++j)
          overlap += q(i, j) * q(k, j);
        for (int64_t j = 0; j < cols; ++j)
          q(i, j) -= overlap * q(k, j);
      }
      double norm = 0;
      for (int64_t j = 0; j < cols; ++j)
        norm += q(i, j) * q(i, j);
      for (int64_t j = 0; j < cols; ++j)
        q(i, j) /= std::sqrt(norm);
    }
  return q;
}

Matrix<double> withSpectrum(int64_t rows, int64_t cols, const std::vector<double> &spectrum,
                            uint64_t seed) {
  int64_t k = spectrum.size();
  Matrix<double> left = orthonormalRows(k, rows, seed);
  Matrix<double> right = orthonormalRows(k, cols, seed + 1);
  LowRankFactors<double> factors{Matrix<double>(rows, k), right};
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t t = 0; t < k; ++t)
      factors.u(i, t) = left(t, i) * spectrum[t];
  return reconstruct(factors);
}

double tail(const std::vector<double> &spectrum, size_t rank) {
  double rest = 0, all = 0;
  for (size_t t = 0; t < spectrum.size(); ++t) {
    all += spectrum[t] * spectrum[t];
    rest += t < rank ? 0 : spectrum[t] * spectrum[t];
  }
  return std::sqrt(rest / all);
}

LowRankOptions randomized() {
  LowRankOptions options;
  options.exactFlops = 0;
  return options;
}

class LowRankPlanted : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, LowRankPlanted, twentySeeds());

TEST_P(LowRankPlanted, IsRecovered) {
  for (auto [rows, cols, rank] : {std::tuple{19, 41, 3}, {80, 33, 7}, {64, 64, 16}, {1, 30, 1}}) {
    Matrix<double> w = reconstruct(randomLowRank<double>(rows, cols, rank, GetParam()));
    for (LowRankOptions options : {LowRankOptions(), randomized()}) {
      options.seed = GetParam();
      auto fitted = fitLowRank<double>(w, rank, options);
      ASSERT_TRUE(bool(fitted)) << fitted.error();
      EXPECT_LE(relativeError(w, reconstruct(*fitted)), recovered);
    }
  }
}

TEST(LowRank, ReachesTheTailOfTheSpectrum) {
  std::vector<double> spectrum;
  for (int t = 0; t < 40; ++t)
    spectrum.push_back(10 * std::pow(0.9, t));
  for (auto [rows, cols] : {std::pair{57, 90}, {90, 57}}) {
    Matrix<double> w = withSpectrum(rows, cols, spectrum, 7);
    for (int64_t rank : {1, 5, 20, 39, 40}) {
      auto fitted = fitLowRank<double>(w, rank);
      EXPECT_NEAR(relativeError(w, reconstruct(*fitted)), tail(spectrum, rank), 1e-12);
    }
  }
}

TEST(LowRank, RandomizedReachesTheTailWithinItsTolerance) {
  std::vector<double> slow, steps;
  for (int t = 0; t < 200; ++t) {
    slow.push_back(1 / std::sqrt(1.0 + t));
    steps.push_back(t < 30 ? 1 : 0.5);
  }
  for (const std::vector<double> &spectrum : {slow, steps}) {
    Matrix<double> w = withSpectrum(200, 260, spectrum, 3);
    for (int64_t rank : {1, 10, 30, 60}) {
      auto fitted = fitLowRank<double>(w, rank, randomized());
      double best = tail(spectrum, rank);
      double got = relativeError(w, reconstruct(*fitted));
      EXPECT_GE(got, best * (1 - 1e-12));
      EXPECT_LE(got, best * (1 + 2e-3)) << "rank " << rank;
    }
  }
}

Matrix<double> widened(const Matrix<float> &a) {
  Matrix<double> result(a.rows, a.cols);
  std::copy(a.data.begin(), a.data.end(), result.data.begin());
  return result;
}

/// The error of a fit in f32, measured in f64.
double errorInF32(const Matrix<float> &w, int64_t rank) {
  auto fitted = fitLowRank<float>(w, rank);
  EXPECT_TRUE(bool(fitted)) << fitted.error();
  return relativeError(w,
                       reconstruct(LowRankFactors<double>{widened(fitted->u), widened(fitted->v)}));
}

TEST(LowRank, IsAsGoodInF32AsTheSvdInF64) {
  std::vector<double> flat(60, 1), graded, gap(60, 1e-5);
  for (int t = 0; t < 60; ++t)
    graded.push_back(std::pow(10.0, -t / 4.0));
  std::fill_n(gap.begin(), 20, 1);
  for (const std::vector<double> &spectrum : {flat, graded, gap})
    // Taller and wider than one panel, and square.
    for (auto [rows, cols] : {std::pair{60, 60}, {1100, 70}, {70, 1100}}) {
      Matrix<double> exact = withSpectrum(rows, cols, spectrum, 5);
      Matrix<float> w(rows, cols);
      std::copy(exact.data.begin(), exact.data.end(), w.data.begin());
      for (int64_t rank : {1, 19, 20, 21, 59, 60}) {
        Matrix<double> wide = widened(w);
        double best = relativeError(wide, reconstruct(*fitLowRank<double>(wide, rank)));
        double got = errorInF32(w, rank);
        EXPECT_GE(got, best * (1 - 1e-9));
        EXPECT_LE(got, best * (1 + 1e-6) + 1e-7) << rows << " x " << cols << ", rank " << rank;
      }
    }
}

TEST(LowRank, TakesTiesAndSingleRowsInF32) {
  // The Gram matrix of the identity is diagonal with one eigenvalue.
  Matrix<float> identity(40, 40);
  for (int64_t i = 0; i < 40; ++i)
    identity(i, i) = 1;
  for (int64_t rank : {1, 20, 39, 40})
    EXPECT_NEAR(errorInF32(identity, rank), std::sqrt((40 - rank) / 40.0), 1e-6);
  for (auto [rows, cols] : {std::pair{1, 1}, {1, 700}, {700, 1}, {2, 3}}) {
    Matrix<float> w(rows, cols);
    for (size_t i = 0; i < w.data.size(); ++i)
      w.data[i] = static_cast<float>(int(i * 7 % 5) - 1);
    EXPECT_LE(errorInF32(w, 2), 2e-7) << rows << " x " << cols;
  }
}

TEST(LowRank, LeavesRankDeficiencyZeroInF32) {
  // Small integers: W is exactly of rank 3.
  for (auto [rows, cols] : {std::pair{40, 25}, {25, 40}}) {
    Matrix<float> left(rows, 3), right(3, cols);
    for (size_t i = 0; i < left.data.size(); ++i)
      left.data[i] = static_cast<float>(int(i * 7 % 5) - 2);
    for (size_t i = 0; i < right.data.size(); ++i)
      right.data[i] = static_cast<float>(int(i * i % 7) - 3);
    Matrix<float> w = reconstruct(LowRankFactors<float>{left, right});
    auto fitted = fitLowRank<float>(w, 6);
    EXPECT_LE(errorInF32(w, 6), 2e-7);
    for (int64_t k = 3; k < 6; ++k) {
      for (int64_t i = 0; i < rows; ++i)
        EXPECT_EQ(fitted->u(i, k), 0);
      for (int64_t j = 0; j < cols; ++j)
        EXPECT_EQ(fitted->v(k, j), 0);
    }
  }
}

TEST(LowRank, ReportsItsSteps) {
  LowRankOptions options;
  std::vector<std::pair<int64_t, int64_t>> steps;
  options.progress = [&](int64_t done, int64_t total) { steps.emplace_back(done, total); };
  ASSERT_TRUE(bool(fitLowRank<float>(gaussian<float>(9, 7, 1), 2, options)));
  EXPECT_EQ(steps, (std::vector<std::pair<int64_t, int64_t>>{{0, 3}, {1, 3}, {2, 3}, {3, 3}}));
}

TEST(LowRank, SplitsSingularValuesEvenly) {
  std::vector<double> spectrum = {8, 4, 2, 1};
  auto fitted = fitLowRank<double>(withSpectrum(12, 9, spectrum, 1), 3);
  for (int64_t k = 0; k < 3; ++k) {
    double left = 0, right = 0;
    for (int64_t i = 0; i < 12; ++i)
      left += fitted->u(i, k) * fitted->u(i, k);
    for (int64_t j = 0; j < 9; ++j)
      right += fitted->v(k, j) * fitted->v(k, j);
    EXPECT_NEAR(left, spectrum[k], 1e-12);
    EXPECT_NEAR(right, spectrum[k], 1e-12);
  }
}

TEST(LowRank, PadsRanksBeyondTheShapeWithZeros) {
  Matrix<double> w = gaussian<double>(5, 8, 1);
  auto fitted = fitLowRank<double>(w, 11);
  ASSERT_EQ(fitted->u.cols, 11);
  ASSERT_EQ(fitted->v.rows, 11);
  EXPECT_LE(relativeError(w, reconstruct(*fitted)), 1e-14);
  for (int64_t k = 5; k < 11; ++k) {
    for (int64_t i = 0; i < 5; ++i)
      EXPECT_EQ(fitted->u(i, k), 0);
    for (int64_t j = 0; j < 8; ++j)
      EXPECT_EQ(fitted->v(k, j), 0);
  }
}

TEST(LowRank, LeavesRankDeficiencyZero) {
  Matrix<double> w = reconstruct(randomLowRank<double>(20, 30, 2, 4));
  for (LowRankOptions options : {LowRankOptions(), randomized()}) {
    auto fitted = fitLowRank<double>(w, 6, options);
    EXPECT_LE(relativeError(w, reconstruct(*fitted)), 1e-13);
    for (double value : fitted->u.data)
      EXPECT_LE(std::abs(value), 100);
  }
}

TEST(LowRank, RefusesRankZero) {
  EXPECT_EQ(fitLowRank<double>(Matrix<double>(2, 2), 0).error(),
            "expected a rank of at least 1, got 0");
}

} // namespace
