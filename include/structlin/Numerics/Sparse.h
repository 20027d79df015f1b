//===- Sparse.h - the elements of W that matter -----------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Magnitude pruning: unstructured, in compressed sparse rows (CSR), and n:m, in
// groups of m consecutive inputs of which n are kept. Of equal magnitudes the
// first in row-major order is kept.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_SPARSE_H
#define STRUCTLIN_NUMERICS_SPARSE_H

#include "structlin/Numerics/Matrix.h"
#include "structlin/Numerics/Result.h"

namespace structlin::numerics {

/// Where elements compete for being kept.
enum class SparseScope { Tensor, Row };

template <typename T> struct SparseFactors {
  int64_t nOut = 0, nIn = 0;
  std::vector<T> values;        // (nnz)
  std::vector<int64_t> columns; // (nnz), rising in each row
  std::vector<int64_t> offsets; // (n_out + 1)
};

/// Keeps exactly `count` elements of W (n_out x n_in) in the whole tensor, or
/// `count` in each row, zeros included if it must. Error: `count` negative or
/// above what there is.
template <typename T>
Result<SparseFactors<T>> fitSparse(MatrixView<const T> w, SparseScope scope, int64_t count);

template <typename T> struct NMFactors {
  int64_t nOut = 0, nIn = 0;
  int64_t n = 1, m = 1;
  std::vector<T> values;          // (n_out, groups, n), groups = ceil(n_in / m)
  std::vector<uint8_t> positions; // same shape, rising in each group, in [0, m)

  int64_t groups() const { return ceilDiv(nIn, m); }
};

/// Keeps the n largest of every m elements along n_in. In a ragged last group,
/// positions past n_in carry zeros. Error: not 1 <= n <= m <= 256.
template <typename T> Result<NMFactors<T>> fitNM(MatrixView<const T> w, int64_t n, int64_t m);

/// W', (n_out, n_in).
template <typename T> Matrix<T> reconstruct(const SparseFactors<T> &factors);
template <typename T> Matrix<T> reconstruct(const NMFactors<T> &factors);

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_SPARSE_H
