//===- BlockSparse.cpp - the blocks of W that matter ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BlockSparse.h in include.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/BlockSparse.h"

#include "Cutoff.h"
#include "Prepare.h"

namespace structlin::numerics {

namespace {

/// Squared norms of all blocks in row-major order, of W scaled to one.
template <typename T>
std::vector<double> blockNorms(MatrixView<const T> w, int64_t height, int64_t width) {
  int64_t blockCols = ceilDiv(w.cols, width);
  std::vector<double> norms(ceilDiv(w.rows, height) * blockCols);
  PowerOfTwo scale(-largestExponent(w).value_or(0));
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t j = 0; j < w.cols; ++j) {
      double scaled = scale * w(i, j);
      norms[i / height * blockCols + j / width] += scaled * scaled;
    }
  return norms;
}

} // namespace

template <typename T>
Result<BlockSparseFactors<T>> fitBlockSparse(MatrixView<const T> w, int64_t blockHeight,
                                             int64_t blockWidth, int64_t blocks) {
  if (std::optional<Error> error = checkWeight(w))
    return *error;
  if (blockHeight < 1 || blockWidth < 1)
    return Error{"expected blocks of at least 1 x 1, got " + std::to_string(blockHeight) + " x " +
                 std::to_string(blockWidth)};
  int64_t blockRows = ceilDiv(w.rows, blockHeight);
  int64_t blockCols = ceilDiv(w.cols, blockWidth);
  if (blocks < 0 || blocks > blockRows * blockCols)
    return Error{"expected to keep 0 to " + std::to_string(blockRows * blockCols) +
                 " blocks, got " + std::to_string(blocks)};

  BlockSparseFactors<T> result;
  result.nOut = w.rows;
  result.nIn = w.cols;
  result.blockHeight = blockHeight;
  result.blockWidth = blockWidth;
  result.values.resize(blocks * blockHeight * blockWidth);
  result.offsets.push_back(0);
  std::vector<double> norms = blockNorms(w, blockHeight, blockWidth);
  Cutoff<double> cutoff(norms, blocks);
  T *block = result.values.data();
  for (int64_t bi = 0; bi < blockRows; ++bi) {
    for (int64_t bj = 0; bj < blockCols; ++bj) {
      if (!cutoff.keeps(norms[bi * blockCols + bj]))
        continue;
      int64_t height = std::min(blockHeight, w.rows - bi * blockHeight);
      int64_t width = std::min(blockWidth, w.cols - bj * blockWidth);
      for (int64_t i = 0; i < height; ++i)
        std::copy_n(w.row(bi * blockHeight + i) + bj * blockWidth, width, block + i * blockWidth);
      block += blockHeight * blockWidth;
      result.columns.push_back(bj);
    }
    result.offsets.push_back(result.columns.size());
  }
  return result;
}

template <typename T> Matrix<T> reconstruct(const BlockSparseFactors<T> &factors) {
  Matrix<T> result(factors.nOut, factors.nIn);
  int64_t height = factors.blockHeight, width = factors.blockWidth;
  for (int64_t i = 0; i < factors.nOut; ++i) {
    int64_t blockRow = i / height;
    for (int64_t e = factors.offsets[blockRow]; e < factors.offsets[blockRow + 1]; ++e) {
      int64_t begin = factors.columns[e] * width;
      std::copy_n(factors.values.data() + (e * height + i % height) * width,
                  std::min(width, factors.nIn - begin), &result(i, begin));
    }
  }
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template Result<BlockSparseFactors<T>> fitBlockSparse(MatrixView<const T>, int64_t, int64_t,     \
                                                        int64_t);                                  \
  template Matrix<T> reconstruct(const BlockSparseFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
