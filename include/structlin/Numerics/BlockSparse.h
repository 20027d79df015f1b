//===- BlockSparse.h - the blocks of W that matter --------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block compressed sparse rows (BSR): W is cut into bh x bw blocks, of which
// those of the largest Frobenius norm are kept.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_BLOCKSPARSE_H
#define STRUCTLIN_NUMERICS_BLOCKSPARSE_H

#include "structlin/Numerics/Matrix.h"
#include "structlin/Numerics/Result.h"

namespace structlin::numerics {

template <typename T> struct BlockSparseFactors {
  int64_t nOut = 0, nIn = 0;
  int64_t blockHeight = 1, blockWidth = 1;
  std::vector<T> values;        // (nnzb, bh, bw), zero beyond the edges of W
  std::vector<int64_t> columns; // (nnzb), block columns, rising in each row
  std::vector<int64_t> offsets; // (ceil(n_out / bh) + 1)
};

/// Keeps exactly `blocks` blocks of W (n_out x n_in), those of the largest
/// Frobenius norm; of equal ones the first in row-major order. Blocks at ragged
/// edges are padded with zeros. This is the best approximation with that many
/// blocks. Errors: bh or bw < 1, `blocks` outside [0, number of blocks].
template <typename T>
Result<BlockSparseFactors<T>> fitBlockSparse(MatrixView<const T> w, int64_t blockHeight,
                                             int64_t blockWidth, int64_t blocks);

/// W' without its padding, (n_out, n_in).
template <typename T> Matrix<T> reconstruct(const BlockSparseFactors<T> &factors);

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_BLOCKSPARSE_H
