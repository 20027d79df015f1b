//===- Error.h - how far a reconstruction is from the weight ----*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The error a fit is recorded with: relative, in the Frobenius norm, in f64
// whatever the stored type (design, Semantics 3). To measure factors after
// rounding to a storage type, round them, widen them to double and reconstruct
// in double.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_ERROR_H
#define STRUCTLIN_NUMERICS_ERROR_H

#include "structlin/Numerics/Matrix.h"

namespace structlin::numerics {

/// ||W||_F in f64; finite for finite W unless the norm itself overflows.
template <typename T> double frobeniusNorm(MatrixView<const T> w);

/// ||W - W'||_F / ||W||_F in f64, with W and W' of the same shape. Elements are
/// scaled before they are squared, so weights near the limits of f64 count
/// correctly. A zero W gives 0 if W' is zero too and +infinity otherwise; NaN
/// in W' gives NaN.
template <typename T, typename S>
double relativeError(MatrixView<const T> w, MatrixView<const S> reconstruction);

template <typename T, typename S>
double relativeError(const Matrix<T> &w, const Matrix<S> &reconstruction) {
  return relativeError<T, S>(w.view(), reconstruction.view());
}

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_ERROR_H
