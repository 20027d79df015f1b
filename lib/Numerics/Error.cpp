//===- Error.cpp - how far a reconstruction is from the weight ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Error.h in include.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/Error.h"

#include "Prepare.h"

#include <cmath>
#include <limits>

namespace structlin::numerics {

template <typename T> double frobeniusNorm(MatrixView<const T> w) {
  std::optional<int> exponent = largestExponent(w);
  if (!exponent)
    return 0;
  PowerOfTwo scale(-*exponent);
  double sum = 0;
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t j = 0; j < w.cols; ++j) {
      double scaled = scale * w(i, j);
      sum += scaled * scaled;
    }
  return std::ldexp(std::sqrt(sum), *exponent);
}

template <typename T, typename S>
double relativeError(MatrixView<const T> w, MatrixView<const S> reconstruction) {
  std::optional<int> exponent = largestExponent(w);
  if (!exponent) {
    double sum = 0;
    for (int64_t i = 0; i < w.rows; ++i)
      for (int64_t j = 0; j < w.cols; ++j)
        sum += std::abs(static_cast<double>(reconstruction(i, j)));
    return sum == 0 ? 0 : sum * std::numeric_limits<double>::infinity();
  }
  PowerOfTwo scale(-*exponent);
  double norm = 0, difference = 0;
  for (int64_t i = 0; i < w.rows; ++i) {
    // Per row, so that long sums do not swallow small terms.
    double rowNorm = 0, rowDifference = 0;
    for (int64_t j = 0; j < w.cols; ++j) {
      double expected = scale * w(i, j);
      double got = scale * reconstruction(i, j);
      rowNorm += expected * expected;
      rowDifference += (expected - got) * (expected - got);
    }
    norm += rowNorm;
    difference += rowDifference;
  }
  return std::sqrt(difference / norm);
}

#define STRUCTLIN_INSTANTIATE(T, S)                                                                \
  template double relativeError(MatrixView<const T>, MatrixView<const S>);
STRUCTLIN_INSTANTIATE(float, float)
STRUCTLIN_INSTANTIATE(float, double)
STRUCTLIN_INSTANTIATE(double, float)
STRUCTLIN_INSTANTIATE(double, double)
#undef STRUCTLIN_INSTANTIATE
template double frobeniusNorm(MatrixView<const float>);
template double frobeniusNorm(MatrixView<const double>);

} // namespace structlin::numerics
