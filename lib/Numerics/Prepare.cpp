//===- Prepare.cpp - check and scale the weight before a fit --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Prepare.h.
//
//===----------------------------------------------------------------------===//

#include "Prepare.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace structlin::numerics {

template <typename T> std::optional<Error> checkWeight(MatrixView<const T> w) {
  // BLAS counts in 32 bits.
  constexpr int64_t limit = std::numeric_limits<int32_t>::max();
  if (w.rows < 1 || w.cols < 1 || w.rows > limit || w.stride > limit)
    return Error{"expected a weight of 1 to 2^31 - 1 rows and columns, got " +
                 std::to_string(w.rows) + " x " + std::to_string(w.cols)};
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t j = 0; j < w.cols; ++j)
      if (!std::isfinite(w(i, j)))
        return Error{"expected finite weights, got " +
                     std::string(std::isnan(w(i, j)) ? "NaN" : "infinity") + " at row " +
                     std::to_string(i) + ", column " + std::to_string(j)};
  return std::nullopt;
}

template <typename T> std::optional<int> largestExponent(MatrixView<const T> w) {
  T largest = 0;
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t j = 0; j < w.cols; ++j)
      largest = std::max(largest, std::abs(w(i, j)));
  if (largest == 0)
    return std::nullopt;
  int exponent;
  std::frexp(largest, &exponent);
  return exponent;
}

PowerOfTwo::PowerOfTwo(int exponent)
    : first(std::ldexp(1.0, exponent / 2)), second(std::ldexp(1.0, exponent - exponent / 2)) {}

template <typename T> void scaleByPowerOfTwo(std::vector<T> &values, int exponent) {
  // 2^exponent itself may overflow where the product does not.
  T first = std::ldexp(T(1), exponent / 2);
  T second = std::ldexp(T(1), exponent - exponent / 2);
  for (T &value : values)
    value = value * first * second;
}

template <typename T>
Result<PreparedWeight<T>> prepareWeight(MatrixView<const T> w, int64_t rows, int64_t cols) {
  if (std::optional<Error> error = checkWeight(w))
    return *error;
  PreparedWeight<T> result;
  result.values = Matrix<T>(rows, cols);
  for (int64_t i = 0; i < w.rows; ++i)
    std::copy_n(w.row(i), w.cols, result.values.view().row(i));
  if (std::optional<int> exponent = largestExponent(w)) {
    result.exponent = *exponent;
    result.isZero = false;
    scaleByPowerOfTwo(result.values.data, -*exponent);
  }
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template std::optional<Error> checkWeight(MatrixView<const T>);                                  \
  template std::optional<int> largestExponent(MatrixView<const T>);                                \
  template void scaleByPowerOfTwo(std::vector<T> &, int);                                          \
  template Result<PreparedWeight<T>> prepareWeight(MatrixView<const T>, int64_t, int64_t);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
