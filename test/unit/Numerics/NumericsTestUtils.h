//===- NumericsTestUtils.h - weights the numerics tests fit ----*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random, planted and degenerate weights, from a generator of the tests' own.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_UNIT_NUMERICS_NUMERICSTESTUTILS_H
#define STRUCTLIN_TEST_UNIT_NUMERICS_NUMERICSTESTUTILS_H

#include "structlin/Numerics/Blast.h"
#include "structlin/Numerics/Error.h"
#include "structlin/Numerics/LowRank.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace structlin::numerics::test {

/// The standard library's distributions differ between implementations.
class Generator {
public:
  explicit Generator(uint64_t seed) : engine(seed) {}
  double uniform() { return (engine() >> 11) * 0x1p-53; }
  int64_t below(int64_t bound) { return engine() % bound; }
  double normal() {
    double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }
  /// Magnitude in [low, high), either sign.
  double signedBetween(double low, double high) {
    double magnitude = low + (high - low) * uniform();
    return engine() % 2 ? magnitude : -magnitude;
  }

private:
  std::mt19937_64 engine;
};

template <typename T> void fillNormal(std::vector<T> &values, Generator &random) {
  for (T &value : values)
    value = static_cast<T>(random.normal());
}

template <typename T> Matrix<T> gaussian(int64_t rows, int64_t cols, uint64_t seed) {
  Matrix<T> w(rows, cols);
  Generator random(seed);
  fillNormal(w.data, random);
  return w;
}

template <typename T>
LowRankFactors<T> randomLowRank(int64_t rows, int64_t cols, int64_t rank, uint64_t seed) {
  return {gaussian<T>(rows, rank, 2 * seed), gaussian<T>(rank, cols, 2 * seed + 1)};
}

/// Factors of a random BLAST matrix; entries that meet padding are zero.
template <typename T> BlastFactors<T> randomBlast(const BlastShape &shape, uint64_t seed) {
  BlastFactors<T> factors(shape);
  Generator random(seed);
  fillNormal(factors.u, random);
  fillNormal(factors.s, random);
  fillNormal(factors.v, random);
  std::fill(factors.u.begin() + shape.nOut * shape.rank, factors.u.end(), T(0));
  for (int64_t j = 0; j < shape.b2; ++j)
    for (int64_t k = 0; k < shape.rank; ++k)
      for (int64_t col = 0; col < shape.q(); ++col)
        if (j * shape.q() + col >= shape.nIn)
          factors.vBlock(j)(k, col) = 0;
  return factors;
}

template <typename T> Matrix<T> scaled(Matrix<T> w, int exponent) {
  for (T &value : w.data)
    value = std::ldexp(value, exponent);
  return w;
}

/// `count` distinct numbers below `bound`, rising.
inline std::vector<int64_t> choose(int64_t count, int64_t bound, Generator &random) {
  std::vector<int64_t> all(bound);
  for (int64_t i = 0; i < bound; ++i)
    all[i] = i;
  for (int64_t i = 0; i < count; ++i)
    std::swap(all[i], all[i + random.below(bound - i)]);
  all.resize(count);
  std::sort(all.begin(), all.end());
  return all;
}

/// The seeds every planted structure must be recovered from.
inline auto twentySeeds() { return ::testing::Range<uint64_t>(0, 20); }
constexpr double recovered = 1e-10;

} // namespace structlin::numerics::test

#endif // STRUCTLIN_TEST_UNIT_NUMERICS_NUMERICSTESTUTILS_H
