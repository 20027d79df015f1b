//===- LowRank.h - W as a product of two thin factors -----------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The best rank-r approximation in the Frobenius norm (Eckart and Young).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_LOWRANK_H
#define STRUCTLIN_NUMERICS_LOWRANK_H

#include "structlin/Numerics/FitOptions.h"
#include "structlin/Numerics/Matrix.h"
#include "structlin/Numerics/Result.h"

namespace structlin::numerics {

/// W' = U V.
template <typename T> struct LowRankFactors {
  Matrix<T> u; // (n_out, r)
  Matrix<T> v; // (r, n_in)
};

struct LowRankOptions : FitOptions {
  /// In f64, the full SVD is taken while it costs at most this many operations;
  /// beyond, randomised block subspace iteration (Halko, Martinsson and Tropp, SIAM
  /// Review 2011, algorithm 4.4), which falls back to the full SVD when it does
  /// not settle.
  double exactFlops = 4e10;

  /// Subspace iteration ends when the squared error it could still lose is
  /// below this share of the squared error.
  double tolerance = 1e-3;
};

/// The truncated SVD of W (n_out x n_in), its singular values split evenly:
/// U = P sqrt(S), V = sqrt(S) Q^T. The largest entry of each column of P is
/// positive. In f32 the singular vectors come from the Gram matrix of W, formed and
/// solved in f64: an exact method, as accurate as f32 holds. Columns beyond min(n_out, n_in), and
/// beyond the numerical rank of the computed decomposition, are exactly zero. Error: rank < 1.
template <typename T>
Result<LowRankFactors<T>> fitLowRank(MatrixView<const T> w, int64_t rank,
                                     const LowRankOptions &options = {});

/// U V, (n_out, n_in).
template <typename T> Matrix<T> reconstruct(const LowRankFactors<T> &factors);

/// Floating-point operations of a full SVD with singular vectors (R-SVD, Golub
/// and Van Loan, Matrix Computations, section 8.6).
double svdFlops(int64_t nOut, int64_t nIn);

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_LOWRANK_H
