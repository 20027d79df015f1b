//===- GramSvd.cpp - truncated SVD from the Gram matrix -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See GramSvd.h.
//
//===----------------------------------------------------------------------===//

#include "GramSvd.h"

#include <algorithm>
#include <cmath>

namespace structlin::numerics {

namespace {

/// Rows of A, or columns where A is wide, that are widened to f64 at a time.
constexpr int64_t kPanel = 512;

/// A cut across its long side: `count` elements from `begin` on, in f64. Rows of
/// the panel are rows of A.
Matrix<double> widenPanel(MatrixView<const float> a, bool isWide, int64_t begin, int64_t count) {
  MatrixView<const float> part =
      isWide ? a.block(0, begin, a.rows, count) : a.block(begin, 0, count, a.cols);
  Matrix<double> panel(part.rows, part.cols);
  for (int64_t i = 0; i < part.rows; ++i)
    std::copy_n(part.row(i), part.cols, panel.view().row(i));
  return panel;
}

/// Calls `use(begin, panel)` on the panels of A in order.
template <typename Use> void forEachPanel(MatrixView<const float> a, bool isWide, Use use) {
  int64_t length = isWide ? a.cols : a.rows;
  for (int64_t begin = 0; begin < length; begin += kPanel)
    use(begin, widenPanel(a, isWide, begin, std::min(kPanel, length - begin)));
}

/// Divides the vectors of the long side by their lengths, which become s. `at(k, i)`
/// is element i of vector k.
template <typename At> void normalize(int64_t rank, int64_t length, std::vector<float> &s, At at) {
  for (int64_t k = 0; k < rank; ++k) {
    double squared = 0;
    for (int64_t i = 0; i < length; ++i)
      squared += static_cast<double>(at(k, i)) * at(k, i);
    double norm = std::sqrt(squared);
    s[k] = static_cast<float>(norm);
    if (norm > 0)
      for (int64_t i = 0; i < length; ++i)
        at(k, i) = static_cast<float>(at(k, i) / norm);
  }
}

} // namespace

std::optional<Svd<float>> gramSvd(MatrixView<const float> a, int64_t rank,
                                  const std::function<void(int64_t, int64_t)> &report) {
  bool isWide = a.rows < a.cols;
  int64_t side = std::min(a.rows, a.cols);
  rank = std::min(rank, side);
  constexpr int64_t steps = 3;
  report(0, steps);
  std::optional<Matrix<double>> vectors;
  {
    Matrix<double> gram(side, side);
    forEachPanel(a, isWide, [&](int64_t, const Matrix<double> &panel) {
      addGram(isWide ? Op::None : Op::Transpose, panel, gram);
    });
    report(1, steps);
    vectors = dominantEigenvectors(std::move(gram), rank);
  }
  if (!vectors)
    return std::nullopt;
  report(2, steps);

  // The singular values are the lengths of A v, not the roots of the eigenvalues:
  // no digits are lost, and U S V^T is A projected on V whatever error V has.
  Svd<float> result{Matrix<float>(a.rows, rank), std::vector<float>(rank),
                    Matrix<float>(rank, a.cols)};
  if (isWide) {
    for (int64_t k = 0; k < rank; ++k)
      for (int64_t i = 0; i < side; ++i)
        result.u(i, k) = static_cast<float>((*vectors)(k, i));
    forEachPanel(a, isWide, [&](int64_t begin, const Matrix<double> &panel) {
      Matrix<double> product(rank, panel.cols);
      gemm<double>(Op::None, Op::None, 1, *vectors, panel, 0, product);
      for (int64_t k = 0; k < rank; ++k)
        std::copy_n(product.view().row(k), panel.cols, &result.vt(k, begin));
    });
    normalize(rank, a.cols, result.s,
              [&](int64_t k, int64_t j) -> float & { return result.vt(k, j); });
  } else {
    std::copy_n(vectors->data.data(), rank * side, result.vt.data.data());
    forEachPanel(a, isWide, [&](int64_t begin, const Matrix<double> &panel) {
      Matrix<double> product(panel.rows, rank);
      gemm<double>(Op::None, Op::Transpose, 1, panel, *vectors, 0, product);
      std::copy_n(product.data.data(), product.data.size(), &result.u(begin, 0));
    });
    normalize(rank, a.rows, result.s,
              [&](int64_t k, int64_t i) -> float & { return result.u(i, k); });
  }
  report(steps, steps);
  return result;
}

} // namespace structlin::numerics
