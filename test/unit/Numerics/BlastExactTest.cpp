//===- BlastExactTest.cpp - exact properties of BLAST factors -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewrites that leave W' unchanged, the structures BLAST contains, the
// padding, and the exact steps.
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

const BlastShape shapes[] = {{12, 20, 3, 4, 5}, {19, 41, 3, 5, 4}, {41, 19, 5, 2, 7},
                             {3, 10, 7, 4, 2},  {1, 1, 1, 1, 1},   {16, 16, 4, 4, 9}};

/// W' element by element from the definition.
Matrix<double> byDefinition(const BlastFactors<double> &f) {
  const BlastShape &shape = f.shape;
  Matrix<double> w(shape.nOut, shape.nIn);
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t col = 0; col < w.cols; ++col) {
      int64_t i = row / shape.p(), j = col / shape.q();
      for (int64_t k = 0; k < shape.rank; ++k)
        w(row, col) +=
            f.uBlock(i)(row % shape.p(), k) * f.coupling(i, j)[k] * f.vBlock(j)(k, col % shape.q());
    }
  return w;
}

void expectSame(const BlastFactors<double> &a, const BlastFactors<double> &b) {
  EXPECT_LE(relativeError(reconstruct(a), reconstruct(b)), 1e-13);
}

TEST(BlastRewrites, ReconstructIsTheDefinition) {
  for (const BlastShape &shape : shapes) {
    BlastFactors<double> f = randomBlast<double>(shape, 1);
    EXPECT_LE(relativeError(byDefinition(f), reconstruct(f)), 1e-14);
  }
}

TEST(BlastRewrites, ScalesMoveBetweenFactors) {
  for (const BlastShape &shape : shapes) {
    BlastFactors<double> f = randomBlast<double>(shape, 2), g = f;
    Generator random(3);
    for (int64_t k = 0; k < shape.rank; ++k) {
      for (int64_t i = 0; i < shape.b1; ++i) {
        double c = random.signedBetween(0.1, 10);
        for (int64_t row = 0; row < shape.p(); ++row)
          g.uBlock(i)(row, k) *= c;
        for (int64_t j = 0; j < shape.b2; ++j)
          g.coupling(i, j)[k] /= c;
      }
      for (int64_t j = 0; j < shape.b2; ++j) {
        double c = random.signedBetween(0.1, 10);
        for (int64_t col = 0; col < shape.q(); ++col)
          g.vBlock(j)(k, col) *= c;
        for (int64_t i = 0; i < shape.b1; ++i)
          g.coupling(i, j)[k] /= c;
      }
    }
    expectSame(f, g);
  }
}

/// Copies lane `from` of f to lane `to` of g.
void copyLane(const BlastFactors<double> &f, int64_t from, BlastFactors<double> &g, int64_t to) {
  const BlastShape &shape = f.shape;
  for (int64_t i = 0; i < shape.b1; ++i) {
    for (int64_t row = 0; row < shape.p(); ++row)
      g.uBlock(i)(row, to) = f.uBlock(i)(row, from);
    for (int64_t j = 0; j < shape.b2; ++j)
      g.coupling(i, j)[to] = f.coupling(i, j)[from];
  }
  for (int64_t j = 0; j < shape.b2; ++j)
    std::copy_n(f.vBlock(j).row(from), shape.q(), g.vBlock(j).row(to));
}

TEST(BlastRewrites, LanesArePermutable) {
  for (const BlastShape &shape : shapes) {
    BlastFactors<double> f = randomBlast<double>(shape, 4), g(shape);
    for (int64_t k = 0; k < shape.rank; ++k)
      copyLane(f, k, g, shape.rank - 1 - k);
    expectSame(f, g);
  }
}

TEST(BlastRewrites, ZeroLanesAreFree) {
  for (BlastShape shape : shapes) {
    BlastFactors<double> f = randomBlast<double>(shape, 5);
    shape.rank += 3;
    BlastFactors<double> g(shape);
    for (int64_t k = 0; k < f.shape.rank; ++k)
      copyLane(f, k, g, k + 1);
    expectSame(f, g);
  }
}

/// W with block (i, j) = sum over t of the rank-1 terms of `blockRank`, kept
/// where `holds`.
template <typename Holds>
Matrix<double> blockwise(int64_t n, int64_t b, int64_t blockRank, Holds holds) {
  Matrix<double> w(n, n);
  int64_t p = n / b;
  for (int64_t i = 0; i < b; ++i)
    for (int64_t j = 0; j < b; ++j) {
      if (!holds(i, j))
        continue;
      Matrix<double> block = reconstruct(randomLowRank<double>(p, p, blockRank, i * b + j));
      for (int64_t row = 0; row < p; ++row)
        std::copy_n(block.view().row(row), p, &w(i * p + row, j * p));
    }
  return w;
}

BlastOptions structuredOnly() {
  BlastOptions options;
  options.sweeps = 1;
  options.polishSweeps = 20;
  return options;
}

TEST(BlastContains, LowRank) {
  for (const BlastShape &shape : shapes) {
    int64_t rank = shape.rank;
    LowRankFactors<double> low = randomLowRank<double>(shape.nOut, shape.nIn, rank, 6);
    Matrix<double> w = reconstruct(low);
    // U by rows, V by columns, s = 1.
    BlastFactors<double> f(shape);
    std::copy(low.u.data.begin(), low.u.data.end(), f.u.begin());
    std::fill(f.s.begin(), f.s.end(), 1.0);
    for (int64_t col = 0; col < shape.nIn; ++col)
      for (int64_t k = 0; k < rank; ++k)
        f.vBlock(col / shape.q())(k, col % shape.q()) = low.v(k, col);
    EXPECT_LE(relativeError(w, reconstruct(f)), 1e-14);
    auto fit = fitBlast<double>(w, shape.b1, shape.b2, rank, structuredOnly());
    EXPECT_LE(fit->error, 1e-13);
  }
}

TEST(BlastContains, BlockDiagonal) {
  // r = block size, s_ij = delta_ij.
  Matrix<double> w = blockwise(32, 4, 8, [](int i, int j) { return i == j; });
  BlastFactors<double> f(BlastShape{32, 32, 4, 4, 8});
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t k = 0; k < 8; ++k) {
      f.uBlock(i)(k, k) = 1;
      f.coupling(i, i)[k] = 1;
      for (int64_t col = 0; col < 8; ++col)
        f.vBlock(i)(k, col) = w(i * 8 + k, i * 8 + col);
    }
  EXPECT_EQ(relativeError(w, reconstruct(f)), 0);
  EXPECT_LE((fitBlast<double>(w, 4, 4, 8, structuredOnly())->error), 1e-13);
}

TEST(BlastContains, Monarch) {
  // Blocks of rank t; block (i, j) has the t lanes of slot (i + j) mod b.
  int64_t b = 4, t = 2, p = 8;
  Matrix<double> w(32, 32);
  BlastFactors<double> f(BlastShape{32, 32, b, b, b * t});
  for (int64_t i = 0; i < b; ++i)
    for (int64_t j = 0; j < b; ++j) {
      LowRankFactors<double> block = randomLowRank<double>(p, p, t, i * b + j);
      Matrix<double> dense = reconstruct(block);
      for (int64_t row = 0; row < p; ++row)
        std::copy_n(dense.view().row(row), p, &w(i * p + row, j * p));
      for (int64_t k = 0; k < t; ++k) {
        int64_t lane = (i + j) % b * t + k;
        f.coupling(i, j)[lane] = 1;
        for (int64_t row = 0; row < p; ++row)
          f.uBlock(i)(row, lane) = block.u(row, k);
        std::copy_n(block.v.view().row(k), p, f.vBlock(j).row(lane));
      }
    }
  EXPECT_LE(relativeError(w, reconstruct(f)), 1e-14);
  EXPECT_LE((fitBlast<double>(w, b, b, b * t, structuredOnly())->error), 1e-13);
}

TEST(BlastContains, DenseAtFullRank) {
  Matrix<double> w = gaussian<double>(9, 14, 8);
  EXPECT_LE((fitBlast<double>(w, 3, 2, 9, structuredOnly())->error), 1e-13);
}

TEST(BlastPadding, IsStoredAsZero) {
  for (const BlastShape &shape : shapes) {
    Matrix<double> w = gaussian<double>(shape.nOut, shape.nIn, 9);
    BlastOptions options;
    options.sweeps = 10;
    auto fit = fitBlast<double>(w, shape.b1, shape.b2, shape.rank, options);
    const BlastFactors<double> &f = fit->factors;
    for (int64_t i = 0; i < shape.b1; ++i)
      for (int64_t row = 0; row < shape.p(); ++row)
        for (int64_t k = 0; i * shape.p() + row >= shape.nOut && k < shape.rank; ++k)
          EXPECT_EQ(f.uBlock(i)(row, k), 0);
    for (int64_t j = 0; j < shape.b2; ++j)
      for (int64_t col = 0; col < shape.q(); ++col)
        for (int64_t k = 0; j * shape.q() + col >= shape.nIn && k < shape.rank; ++k)
          EXPECT_EQ(f.vBlock(j)(k, col), 0);
  }
}

template <typename T> class BlastExactStep : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(BlastExactStep, Precisions);

TYPED_TEST(BlastExactStep, NeverRaisesTheObjective) {
  using T = TypeParam;
  double slack = 16 * std::numeric_limits<T>::epsilon();
  for (const BlastShape &shape : shapes)
    for (uint64_t seed = 0; seed < 3; ++seed) {
      Matrix<T> w = gaussian<T>(shape.nOut, shape.nIn, 10 + seed);
      BlastFactors<T> factors = randomBlast<T>(shape, seed);
      double last = relativeError(w, reconstruct(factors));
      for (int sweep = 0; sweep < 30; ++sweep)
        for (BlastFactor which : {BlastFactor::U, BlastFactor::V, BlastFactor::S}) {
          blastExactStep<T>(w, which, factors);
          double error = relativeError(w, reconstruct(factors));
          EXPECT_LE(error, last * (1 + slack) + slack)
              << "sweep " << sweep << ", factor " << int(which);
          last = error;
        }
    }
}

TYPED_TEST(BlastExactStep, ReachesAMinimumOfItsFactor) {
  using T = TypeParam;
  BlastShape shape{24, 30, 3, 3, 4};
  Matrix<T> w = gaussian<T>(24, 30, 1);
  for (BlastFactor which : {BlastFactor::U, BlastFactor::V, BlastFactor::S}) {
    BlastFactors<T> factors = randomBlast<T>(shape, 2);
    blastExactStep<T>(w, which, factors);
    double minimum = relativeError(w, reconstruct(factors));
    std::vector<T> &moved = which == BlastFactor::U   ? factors.u
                            : which == BlastFactor::V ? factors.v
                                                      : factors.s;
    Generator random(3);
    for (int trial = 0; trial < 20; ++trial) {
      std::vector<T> kept = moved;
      for (T &value : moved)
        value += static_cast<T>(1e-2 * random.normal());
      EXPECT_GT(relativeError(w, reconstruct(factors)), minimum);
      moved = kept;
    }
  }
}

} // namespace
