//===- LowRankSparse.h - a low-rank plus a sparse matrix --------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OATS (Zhang and Papyan, ICLR 2025, arXiv 2409.13652): with D a scale per
// input feature, alternately L = truncated SVD of (W D - S) and S = hard
// threshold of (W D - L); then W' = (S + L) D^-1.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_LOWRANKSPARSE_H
#define STRUCTLIN_NUMERICS_LOWRANKSPARSE_H

#include "structlin/Numerics/LowRank.h"
#include "structlin/Numerics/Sparse.h"

#include <variant>

namespace structlin::numerics {

/// How the sparse part is thresholded: `count` elements in the whole tensor,
/// `count` in each row (the paper's choice), or the n largest of every m.
struct SparsePattern {
  enum Kind { Tensor, Row, NM } kind = Row;
  int64_t count = 0;
  int64_t n = 2, m = 4;

  static SparsePattern perTensor(int64_t count) { return {Tensor, count}; }
  static SparsePattern perRow(int64_t count) { return {Row, count}; }
  static SparsePattern nm(int64_t n, int64_t m) { return {NM, 0, n, m}; }
};

/// W' = U V + S.
template <typename T> struct LowRankSparseFactors {
  LowRankFactors<T> lowRank;
  std::variant<SparseFactors<T>, NMFactors<T>> sparse;
};

struct LowRankSparseOptions : FitOptions {
  /// Alternations at most (the paper's N).
  int64_t iterations = 80;

  /// Alternations end early once one lowers the error by less than this share
  /// of itself.
  double tolerance = 1e-6;

  /// D, one entry per input feature, usually sqrt(E[x^2]); empty: all ones.
  /// Entries below 1e-6 of the largest are raised to it, so that a dead input
  /// channel does not divide by zero.
  std::vector<double> scale;
};

template <typename T> struct LowRankSparseFit {
  LowRankSparseFactors<T> factors;
  double error = 0;       // relative, of W' D against W D
  int64_t iterations = 0; // alternations done
};

/// Fits to W (n_out x n_in); the best iterate is returned. Errors: rank < 0, a
/// pattern fitSparse or fitNM refuses, a scale of the wrong length or with a
/// negative or non-finite entry.
template <typename T>
Result<LowRankSparseFit<T>> fitLowRankSparse(MatrixView<const T> w, int64_t rank,
                                             const SparsePattern &pattern,
                                             const LowRankSparseOptions &options = {});

/// U V + S, (n_out, n_in).
template <typename T> Matrix<T> reconstruct(const LowRankSparseFactors<T> &factors);

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_LOWRANKSPARSE_H
