//===- LowRankSparseTest.cpp - tests of the low_rank_sparse fit -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recovery, and what OATS's alternation must hold to.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/LowRankSparse.h"
#include "NumericsTestUtils.h"

#include <limits>

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

class LowRankSparsePlanted : public ::testing::TestWithParam<uint64_t> {
protected:
  /// 64 x 48 of rank 3; the spikes (about one in ten) come on top.
  Matrix<double> w = reconstruct(randomLowRank<double>(64, 48, 3, GetParam()));
  Generator random{GetParam() + 1000};
  double spike() { return random.signedBetween(3, 9); }

  void expectRecovered(const SparsePattern &pattern) {
    LowRankSparseOptions options;
    options.seed = GetParam();
    auto fitted = fitLowRankSparse<double>(w, 3, pattern, options);
    ASSERT_TRUE(bool(fitted)) << fitted.error();
    EXPECT_LE(relativeError(w, reconstruct(fitted->factors)), recovered)
        << "after " << fitted->iterations << " alternations";
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, LowRankSparsePlanted, twentySeeds());

TEST_P(LowRankSparsePlanted, IsRecoveredPerRow) {
  for (int64_t i = 0; i < 64; ++i)
    for (int64_t j : choose(5, 48, random))
      w(i, j) += spike();
  expectRecovered(SparsePattern::perRow(5));
}

TEST_P(LowRankSparsePlanted, IsRecoveredPerTensor) {
  for (int64_t e : choose(307, 64 * 48, random))
    w.data[e] += spike();
  expectRecovered(SparsePattern::perTensor(307));
}

TEST_P(LowRankSparsePlanted, IsRecoveredNM) {
  for (int64_t i = 0; i < 64; ++i)
    for (int64_t begin = 0; begin < 48; begin += 8)
      w(i, begin + random.below(8)) += spike();
  expectRecovered(SparsePattern::nm(1, 8));
}

TEST(LowRankSparse, IsNoWorseThanEitherPart) {
  Matrix<double> w = gaussian<double>(40, 61, 3);
  auto both = fitLowRankSparse<double>(w, 4, SparsePattern::perRow(9));
  auto low = fitLowRank<double>(w, 4);
  EXPECT_LT(both->error, relativeError(w, reconstruct(*low)));
  auto sparse = fitSparse<double>(w, SparseScope::Row, 9);
  EXPECT_LT(both->error, relativeError(w, reconstruct(*sparse)));
  EXPECT_NEAR(both->error, relativeError(w, reconstruct(both->factors)), 1e-12);
}

TEST(LowRankSparse, MatchesAlternatingFullDecompositions) {
  // The paper's algorithm, literally. The two end in different local minima,
  // neither the better on average.
  constexpr int seeds = 20;
  double ratio = 0;
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    Matrix<double> w = gaussian<double>(60, 44, 50 + seed);
    for (int64_t i = 0; i < w.rows; ++i)
      for (int64_t j = 0; j < w.cols; ++j)
        w(i, j) *= 1 + 3.0 / (1 + i) + 2.0 / (1 + j);
    Matrix<double> low, sparse(w.rows, w.cols);
    auto minus = [&](const Matrix<double> &part) {
      Matrix<double> rest = w;
      for (size_t e = 0; e < rest.data.size(); ++e)
        rest.data[e] -= part.data[e];
      return rest;
    };
    for (int iteration = 0; iteration < 80; ++iteration) {
      low = reconstruct(*fitLowRank<double>(minus(sparse), 4));
      sparse = reconstruct(*fitSparse<double>(minus(low), SparseScope::Row, 9));
    }
    double expected = relativeError(minus(low), sparse) * frobeniusNorm<double>(minus(low)) /
                      frobeniusNorm<double>(w);
    auto fitted = fitLowRankSparse<double>(w, 4, SparsePattern::perRow(9));
    ratio += fitted->error / expected / seeds;
  }
  EXPECT_LE(ratio, 1.02);
}

TEST(LowRankSparse, MoreAlternationsNeverHurt) {
  Matrix<float> w = gaussian<float>(31, 29, 4);
  double last = 1;
  for (int64_t iterations : {1, 2, 5, 20, 80}) {
    LowRankSparseOptions options;
    options.iterations = iterations;
    auto fitted = fitLowRankSparse<float>(w, 3, SparsePattern::nm(1, 4), options);
    EXPECT_LE(fitted->error, last * (1 + 1e-6));
    EXPECT_LE(fitted->iterations, iterations);
    last = fitted->error;
  }
}

TEST(LowRankSparse, ContainsTheSparseAndTheLowRankFit) {
  Matrix<double> w = gaussian<double>(12, 20, 5);
  auto sparse = fitLowRankSparse<double>(w, 0, SparsePattern::perTensor(50));
  EXPECT_EQ(reconstruct(sparse->factors).data,
            reconstruct(*fitSparse<double>(w, SparseScope::Tensor, 50)).data);
  auto low = fitLowRankSparse<double>(w, 30, SparsePattern::perRow(0));
  EXPECT_EQ(low->factors.lowRank.u.cols, 30);
  EXPECT_LE(low->error, 1e-13);
}

TEST(LowRankSparse, WeighsTheErrorByTheFeatureScale) {
  Matrix<double> w = gaussian<double>(30, 24, 6);
  LowRankSparseOptions options;
  for (int64_t j = 0; j < 24; ++j)
    options.scale.push_back(j < 12 ? 1 : 0.01);
  auto weighted = fitLowRankSparse<double>(w, 2, SparsePattern::perRow(6), options);
  auto plain = fitLowRankSparse<double>(w, 2, SparsePattern::perRow(6));
  auto weigh = [&](Matrix<double> a) {
    for (int64_t i = 0; i < a.rows; ++i)
      for (int64_t j = 0; j < a.cols; ++j)
        a(i, j) *= options.scale[j];
    return a;
  };
  double got = relativeError(weigh(w), weigh(reconstruct(weighted->factors)));
  EXPECT_NEAR(weighted->error, got, 1e-12);
  EXPECT_LT(got, relativeError(weigh(w), weigh(reconstruct(plain->factors))));
}

TEST(LowRankSparse, SurvivesDeadFeatures) {
  Matrix<double> w = gaussian<double>(10, 16, 7);
  for (double live : {1.0, 0.0}) {
    LowRankSparseOptions options;
    options.scale.assign(16, live);
    options.scale[3] = 0;
    auto fitted = fitLowRankSparse<double>(w, 2, SparsePattern::nm(2, 4), options);
    for (double value : reconstruct(fitted->factors).data)
      EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(LowRankSparse, StopsAtTheFlopLimit) {
  LowRankSparseOptions options;
  options.flopLimit = 1;
  auto fitted =
      fitLowRankSparse<double>(gaussian<double>(20, 20, 8), 2, SparsePattern::perRow(2), options);
  EXPECT_EQ(fitted->iterations, 1);
}

TEST(LowRankSparse, ReportsProgressToTheEnd) {
  LowRankSparseOptions options;
  int64_t last = 0, end = 0;
  options.progress = [&](int64_t done, int64_t total) {
    EXPECT_LE(last, done);
    last = done;
    end = total;
  };
  ASSERT_TRUE(bool(
      fitLowRankSparse<double>(gaussian<double>(20, 20, 8), 2, SparsePattern::perRow(2), options)));
  EXPECT_EQ(last, end);
}

TEST(LowRankSparse, RefusesWhatItCannotFit) {
  Matrix<double> w = gaussian<double>(3, 5, 1);
  EXPECT_EQ(fitLowRankSparse<double>(w, -1, SparsePattern::perRow(1)).error(),
            "expected a rank of at least 0, got -1");
  EXPECT_EQ(fitLowRankSparse<double>(w, 1, SparsePattern::perRow(6)).error(),
            "expected to keep 0 to 5 elements, got 6");
  EXPECT_EQ(fitLowRankSparse<double>(w, 1, SparsePattern::nm(3, 2)).error(),
            "expected n:m with 1 <= n <= m <= 256, got 3:2");
  LowRankSparseOptions options;
  options.scale = {1, 1};
  EXPECT_EQ(fitLowRankSparse<double>(w, 1, SparsePattern::perRow(1), options).error(),
            "expected a scale of 5 entries, got 2");
  options.scale = {1, 1, -2, 1, 1};
  EXPECT_EQ(fitLowRankSparse<double>(w, 1, SparsePattern::perRow(1), options).error(),
            "expected finite scales of at least 0, got -2.000000 at 2");
}

} // namespace
