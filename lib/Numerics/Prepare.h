//===- Prepare.h - check and scale the weight before a fit -----*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fits square elements, which overflows for huge and vanishes for tiny weights.
// They work on W 2^-exponent instead; powers of two make that exact.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_PREPARE_H
#define STRUCTLIN_LIB_NUMERICS_PREPARE_H

#include "structlin/Numerics/Matrix.h"
#include "structlin/Numerics/Result.h"

#include <optional>

namespace structlin::numerics {

/// W = values 2^exponent within the first rows and columns, zero beyond; the
/// largest |value| is in [1/2, 1), unless W is zero.
template <typename T> struct PreparedWeight {
  Matrix<T> values;
  int exponent = 0;
  bool isZero = true;
};

/// The complaint about a shape or element no fit accepts, if there is one.
template <typename T> std::optional<Error> checkWeight(MatrixView<const T> w);

/// Checks W and copies it, scaled, into a matrix of at least its shape.
template <typename T>
Result<PreparedWeight<T>> prepareWeight(MatrixView<const T> w, int64_t rows, int64_t cols);

template <typename T> Result<PreparedWeight<T>> prepareWeight(MatrixView<const T> w) {
  return prepareWeight(w, w.rows, w.cols);
}

/// The exponent of the largest magnitude as in frexp; none if all are zero.
template <typename T> std::optional<int> largestExponent(MatrixView<const T> w);

/// Multiplies f64 numbers by 2^exponent, exactly unless the result is subnormal.
class PowerOfTwo {
public:
  explicit PowerOfTwo(int exponent);
  double operator*(double value) const { return value * first * second; }

private:
  // 2^exponent itself may overflow where the product does not.
  double first, second;
};

/// Multiplies by 2^exponent, exactly unless the result is subnormal.
template <typename T> void scaleByPowerOfTwo(std::vector<T> &values, int exponent);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_PREPARE_H
