//===- ErrorTest.cpp - tests of the recorded error ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scaling and the cases without a norm.
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"

#include <limits>

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

Matrix<double> filled(int64_t rows, int64_t cols, double value) {
  Matrix<double> w(rows, cols);
  std::fill(w.data.begin(), w.data.end(), value);
  return w;
}

TEST(RelativeError, IsTheFrobeniusRatio) {
  Matrix<double> w(1, 2), approximation(1, 2);
  w.data = {3, 4};
  approximation.data = {3, 0};
  EXPECT_DOUBLE_EQ(relativeError(w, approximation), 0.8);
  EXPECT_DOUBLE_EQ(frobeniusNorm(MatrixView<const double>(w)), 5);
}

TEST(RelativeError, SquaresNeitherOverflowNorVanish) {
  for (double magnitude : {1e300, 1.7e308, 1e-300, 5e-324}) {
    EXPECT_DOUBLE_EQ(relativeError(filled(7, 5, magnitude), filled(7, 5, -magnitude)), 2);
    EXPECT_EQ(relativeError(filled(7, 5, magnitude), filled(7, 5, 0)), 1);
  }
  EXPECT_DOUBLE_EQ(frobeniusNorm(MatrixView<const double>(filled(4, 4, 1e300))), 4e300);
}

TEST(RelativeError, OfZeroWeightIsZeroOrInfinite) {
  EXPECT_EQ(relativeError(filled(2, 3, 0), filled(2, 3, 0)), 0);
  EXPECT_EQ(relativeError(filled(2, 3, 0), filled(2, 3, 1e-300)),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(frobeniusNorm(MatrixView<const double>(filled(2, 3, 0))), 0);
}

TEST(RelativeError, ShowsNaNOfTheReconstruction) {
  Matrix<double> bad = filled(2, 2, 1);
  bad(1, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(relativeError(filled(2, 2, 1), bad)));
  EXPECT_TRUE(std::isnan(relativeError(filled(2, 2, 0), bad)));
}

TEST(RelativeError, ComparesAcrossPrecisions) {
  Matrix<float> w(1, 1);
  w(0, 0) = 0.1f;
  EXPECT_NEAR(relativeError(w, filled(1, 1, 0.1)), 1.5e-8, 1e-9);
}

TEST(RelativeError, ReadsStridedViews) {
  Matrix<double> w = gaussian<double>(6, 8, 1);
  MatrixView<const double> part = w.view().block(1, 2, 4, 5);
  Matrix<double> copy(4, 5);
  for (int64_t i = 0; i < 4; ++i)
    std::copy_n(part.row(i), 5, copy.view().row(i));
  EXPECT_EQ((relativeError<double, double>(part, copy)), 0);
}

} // namespace
