//===- BlastAlgebraicStart.cpp - exact BLAST matrices from eigenvectors ---===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Derivation. Let A_ij = U_i D_ij V_j with U_i (p x r) and V_j (r x q) of full
// rank r and D_ij = diag(s_ij). The row strip [A_i1 A_i2 ...] has the column
// space of U_i and the column strip [A_1j; A_2j; ...] the row space of V_j, so
// with orthonormal bases Q_i, P_j of these spaces
//     U_i = Q_i X_i,   V_j = Y_j P_j^T,   C_ij = Q_i^T A_ij P_j = X_i D_ij Y_j,
// all r x r. For blocks (i, j), (k, j), (k, l), (i, l) the product
//     C_ij C_kj^-1 C_kl C_il^-1 = X_i (D_ij D_kj^-1 D_kl D_il^-1) X_i^-1
// has the columns of X_i as eigenvectors, up to order and scale, which BLAST
// leaves free. Then, choosing s_i* = 1 and s_*j = 1 for the pivots' row and
// column, Y_j = X_i^-1 C_ij and X_k = C_kj Y_j^-1; the remaining s_ij follow by
// least squares. Eigenvalues may lie close together by chance, so several
// quadruples are tried.
//
//===----------------------------------------------------------------------===//

#include "BlastStarts.h"

#include "LowRankInternal.h"
#include "Random.h"

#include <algorithm>
#include <cmath>

namespace structlin::numerics {

namespace {

/// The row strips' column spaces (p x r each), or with A transposed the column
/// strips' row spaces.
template <typename T>
std::optional<std::vector<Matrix<T>>> stripBases(MatrixView<const T> a, int64_t blocks,
                                                 int64_t rank, uint64_t seed) {
  int64_t height = a.rows / blocks;
  std::vector<Matrix<T>> result;
  for (int64_t i = 0; i < blocks; ++i) {
    Matrix<T> strip(height, a.cols);
    std::copy_n(a.row(i * height), height * a.cols, strip.data.data());
    LowRankOptions options;
    options.seed = seed;
    std::optional<Svd<T>> svd = truncatedSvd(strip, rank, options);
    if (!svd)
      return std::nullopt;
    Matrix<T> basis(height, rank);
    for (int64_t row = 0; row < height; ++row)
      std::copy_n(svd->u.view().row(row), rank, basis.view().row(row));
    result.push_back(std::move(basis));
  }
  return result;
}

template <typename T> Matrix<T> multiply(Op opA, MatrixView<const T> a, MatrixView<const T> b) {
  Matrix<T> result(opA == Op::None ? a.rows : a.cols, b.cols);
  gemm<T>(opA, Op::None, 1, a, b, 0, result);
  return result;
}

/// A B^-1, from B^T X^T = A^T.
template <typename T> std::optional<Matrix<T>> divide(const Matrix<T> &a, const Matrix<T> &b) {
  Matrix<T> x = transposed<T>(a);
  if (!solveGeneral(transposed<T>(b), x))
    return std::nullopt;
  return transposed<T>(x);
}

bool allFinite(const std::vector<float> &v) {
  return std::all_of(v.begin(), v.end(), [](float x) { return std::isfinite(x); });
}
bool allFinite(const std::vector<double> &v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

template <typename T> struct Bases {
  const BlastShape &shape;
  std::vector<Matrix<T>> left, right; // Q_i (p, r), P_j (q, r)
  std::vector<Matrix<T>> cores;       // C_ij (r, r)

  const Matrix<T> &core(int64_t i, int64_t j) const { return cores[i * shape.b2 + j]; }

  std::optional<BlastState<T>> solve(int64_t i, int64_t j, int64_t k, int64_t l) const {
    std::optional<Matrix<T>> first = divide(core(i, j), core(k, j));
    std::optional<Matrix<T>> second = divide(core(k, l), core(i, l));
    if (!first || !second)
      return std::nullopt;
    Matrix<T> product = multiply<T>(Op::None, *first, *second);
    if (!allFinite(product.data))
      return std::nullopt;
    std::optional<Matrix<T>> pivot = realEigenvectors(std::move(product));
    if (!pivot)
      return std::nullopt;

    BlastState<T> state(shape);
    int64_t r = shape.rank, p = shape.p(), q = shape.q();
    Matrix<T> inner;
    for (int64_t column = 0; column < shape.b2; ++column) {
      Matrix<T> y = core(i, column);
      if (!solveGeneral(*pivot, y))
        return std::nullopt;
      gemm<T>(Op::None, Op::Transpose, 1, right[column], y, 0,
              state.vt.view().block(column * q, 0, q, r));
      if (column == j)
        inner = std::move(y);
    }
    for (int64_t row = 0; row < shape.b1; ++row) {
      std::optional<Matrix<T>> outer = divide(core(row, j), inner);
      if (!outer)
        return std::nullopt;
      gemm<T>(Op::None, Op::None, 1, left[row], *outer, 0, state.u.view().block(row * p, 0, p, r));
    }
    if (!allFinite(state.u.data) || !allFinite(state.vt.data))
      return std::nullopt;
    return state;
  }
};

} // namespace

template <typename T>
std::optional<BlastState<T>> algebraicStart(const Matrix<T> &a, const BlastShape &shape,
                                            uint64_t seed) {
  if (shape.rank > std::min(shape.p(), shape.q()) || shape.b1 < 2 || shape.b2 < 2)
    return std::nullopt;
  int64_t p = shape.p(), q = shape.q();
  auto left = stripBases<T>(a, shape.b1, shape.rank, seed);
  auto right = stripBases<T>(transposed<T>(a), shape.b2, shape.rank, seed);
  if (!left || !right)
    return std::nullopt;
  Bases<T> bases{shape, std::move(*left), std::move(*right), {}};
  for (int64_t i = 0; i < shape.b1; ++i)
    for (int64_t j = 0; j < shape.b2; ++j)
      bases.cores.push_back(multiply<T>(
          Op::None, multiply<T>(Op::Transpose, bases.left[i], a.view().block(i * p, j * q, p, q)),
          bases.right[j]));

  constexpr int tries = 8;
  Random random(seed, /*stream=*/2);
  auto draw = [&](int64_t count) { return std::min<int64_t>(random.uniform() * count, count - 1); };
  BlastSolver<T> solver(a, shape);
  std::optional<BlastState<T>> best;
  double bestError = 0;
  for (int attempt = 0; attempt < tries; ++attempt) {
    int64_t i = draw(shape.b1), k = draw(shape.b1 - 1);
    int64_t j = draw(shape.b2), l = draw(shape.b2 - 1);
    std::optional<BlastState<T>> state = bases.solve(i, j, k + (k >= i), l + (l >= j));
    if (!state)
      continue;
    solver.load(std::move(*state));
    solver.exactStep(BlastFactor::S);
    double error = solver.error();
    if (!std::isfinite(error) || (best && error >= bestError))
      continue;
    best = solver.state();
    bestError = error;
  }
  return best;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template std::optional<BlastState<T>> algebraicStart(const Matrix<T> &, const BlastShape &,      \
                                                       uint64_t);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
