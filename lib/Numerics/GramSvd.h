//===- GramSvd.h - truncated SVD from the Gram matrix ----------*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The eigenvectors of A^T A (or A A^T, whichever is smaller) belonging to the
// largest eigenvalues span the dominant singular vectors of A. Squaring halves the
// digits of small singular values, so the arithmetic has twice the digits of A: in
// f64 for an f32 matrix, what squaring loses is below the rounding of the result.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_GRAMSVD_H
#define STRUCTLIN_LIB_NUMERICS_GRAMSVD_H

#include "Blas.h"

#include <functional>

namespace structlin::numerics {

/// The first `rank` <= min(m, n) singular triples of A (m x n), to f32 precision
/// relative to the largest singular value. For m >= n the cost is m n^2 operations
/// for A^T A, about 4/3 n^3 + 2 n^2 rank for its eigenvectors and 2 m n rank for
/// the product with them; memory beyond A and the result is 2 n^2 + n rank
/// numbers of f64 and a panel of A. `report` is called between the three steps with how
/// many of them are done. None if LAPACK does not converge.
std::optional<Svd<float>> gramSvd(MatrixView<const float> a, int64_t rank,
                                  const std::function<void(int64_t done, int64_t total)> &report);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_GRAMSVD_H
