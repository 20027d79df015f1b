//===- Blas.cpp - the BLAS and LAPACK calls the fits are made of ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thin overloads select the precision; the templates above them hold what
// little logic there is.
//
//===----------------------------------------------------------------------===//

#include "Blas.h"

#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <lapacke.h>
#include <limits>

namespace structlin::numerics {

namespace {

int toInt(int64_t value) { return static_cast<int>(value); }

// BLAS wants a leading dimension of at least one even for empty matrices.
template <typename T> int leading(MatrixView<T> a) { return toInt(std::max<int64_t>(a.stride, 1)); }
template <typename T> int leading(const Matrix<T> &a) {
  return toInt(std::max<int64_t>(a.cols, 1));
}

CBLAS_TRANSPOSE toCblas(Op op) { return op == Op::None ? CblasNoTrans : CblasTrans; }

#define STRUCTLIN_PRECISION(T, P)                                                                  \
  void callGemm(Op opA, Op opB, int m, int n, int k, T alpha, const T *a, int lda, const T *b,     \
                int ldb, T beta, T *c, int ldc) {                                                  \
    cblas_##P##gemm(CblasRowMajor, toCblas(opA), toCblas(opB), m, n, k, alpha, a, lda, b, ldb,     \
                    beta, c, ldc);                                                                 \
  }                                                                                                \
  int callPotrf(int n, T *a) { return LAPACKE_##P##potrf(LAPACK_COL_MAJOR, 'L', n, a, n); }        \
  int callPotrs(int n, int nrhs, const T *a, T *b, int ldb) {                                      \
    return LAPACKE_##P##potrs(LAPACK_COL_MAJOR, 'L', n, nrhs, a, n, b, ldb);                       \
  }                                                                                                \
  int callGesdd(int m, int n, T *a, T *s, T *u, T *vt) {                                           \
    return LAPACKE_##P##gesdd(LAPACK_COL_MAJOR, 'S', m, n, a, m, s, u, m, vt, std::min(m, n));     \
  }                                                                                                \
  int callGesvd(int m, int n, T *a, T *s, T *u, T *vt, T *superb) {                                \
    return LAPACKE_##P##gesvd(LAPACK_COL_MAJOR, 'S', 'S', m, n, a, m, s, u, m, vt, std::min(m, n), \
                              superb);                                                             \
  }                                                                                                \
  int callQr(int m, int n, T *a, T *tau) {                                                         \
    int info = LAPACKE_##P##geqrf(LAPACK_COL_MAJOR, m, n, a, m, tau);                              \
    return info ? info : LAPACKE_##P##orgqr(LAPACK_COL_MAJOR, m, n, n, a, m, tau);                 \
  }                                                                                                \
  int callGeev(int n, T *a, T *wr, T *wi, T *vr) {                                                 \
    return LAPACKE_##P##geev(LAPACK_ROW_MAJOR, 'N', 'V', n, a, n, wr, wi, nullptr, n, vr, n);      \
  }                                                                                                \
  int callGesv(int n, int nrhs, T *a, int *pivots, T *b) {                                         \
    return LAPACKE_##P##gesv(LAPACK_ROW_MAJOR, n, nrhs, a, n, pivots, b, nrhs);                    \
  }
STRUCTLIN_PRECISION(float, s)
STRUCTLIN_PRECISION(double, d)
#undef STRUCTLIN_PRECISION

} // namespace

template <typename T>
void gemm(Op opA, Op opB, T alpha, MatrixView<const T> a, MatrixView<const T> b, T beta,
          MatrixView<T> c) {
  if (c.rows == 0 || c.cols == 0)
    return;
  int64_t k = opA == Op::None ? a.cols : a.rows;
  callGemm(opA, opB, toInt(c.rows), toInt(c.cols), toInt(k), alpha, a.data, leading(a), b.data,
           leading(b), beta, c.data, leading(c));
}

template <typename T> bool solveSemidefinite(Matrix<T> &g, T ridge, MatrixView<T> rows) {
  int64_t n = g.rows;
  if (n == 0 || rows.rows == 0)
    return true;
  std::vector<T> scale(n);
  for (int64_t i = 0; i < n; ++i) {
    T diagonal = g(i, i) + ridge;
    // A lane nothing depends on has a zero row in G and in the right-hand side.
    scale[i] = diagonal > 0 ? 1 / std::sqrt(diagonal) : T(0);
    if (!std::isfinite(scale[i]))
      scale[i] = 0;
  }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      g(i, j) = i == j ? (g(i, i) + ridge) * scale[i] * scale[i] : g(i, j) * scale[i] * scale[j];

  T load = 4 * std::numeric_limits<T>::epsilon();
  Matrix<T> factor;
  for (;; load *= 16) {
    if (!(load < 1))
      return false;
    factor = g;
    for (int64_t i = 0; i < n; ++i)
      factor(i, i) = scale[i] == 0 ? T(1) : factor(i, i) + load;
    if (callPotrf(toInt(n), factor.data.data()) == 0)
      break;
  }

  auto applyScale = [&] {
    for (int64_t i = 0; i < rows.rows; ++i)
      for (int64_t j = 0; j < n; ++j)
        rows(i, j) *= scale[j];
  };
  applyScale();
  if (callPotrs(toInt(n), toInt(rows.rows), factor.data.data(), rows.data, leading(rows)))
    return false;
  applyScale();
  return true;
}

template <typename T> std::optional<Svd<T>> svdInPlace(Matrix<T> a) {
  // The row-major A is LAPACK's A^T = V diag(s) U^T.
  int64_t k = std::min(a.rows, a.cols);
  Svd<T> result{Matrix<T>(a.rows, k), std::vector<T>(k), Matrix<T>(k, a.cols)};
  if (k == 0)
    return result;
  Matrix<T> copy = a;
  int m = toInt(a.cols), n = toInt(a.rows);
  if (callGesdd(m, n, a.data.data(), result.s.data(), result.vt.data.data(),
                result.u.data.data()) == 0)
    return result;
  // Divide and conquer fails on rare inputs that QR iteration can do.
  std::vector<T> superb(k);
  if (callGesvd(m, n, copy.data.data(), result.s.data(), result.vt.data.data(),
                result.u.data.data(), superb.data()) == 0)
    return result;
  return std::nullopt;
}

void addGram(Op op, MatrixView<const double> panel, MatrixView<double> g) {
  int64_t k = op == Op::None ? panel.cols : panel.rows;
  cblas_dsyrk(CblasRowMajor, CblasUpper, toCblas(op), toInt(g.rows), toInt(k), 1, panel.data,
              leading(panel), 1, g.data, leading(g));
}

/// LAPACK has no driver for a part of the eigenvectors that uses the fast method:
/// reduction to tridiagonal form, its eigenvectors by multiple relatively robust
/// representations (Dhillon and Parlett, SIAM J. Matrix Anal. 2004), and back.
static bool partOfEigenvectors(Matrix<double> &a, int64_t count, Matrix<double> &vectors) {
  int n = toInt(a.rows), found = 0;
  std::vector<double> diagonal(n), below(n), tau(n), values(n);
  std::vector<int> support(2 * std::max<int64_t>(count, 1));
  // The row-major upper triangle is LAPACK's lower one.
  if (LAPACKE_dsytrd(LAPACK_COL_MAJOR, 'L', n, a.data.data(), n, diagonal.data(), below.data(),
                     tau.data()))
    return false;
  lapack_logical tryRelative = 1;
  if (LAPACKE_dstemr(LAPACK_COL_MAJOR, 'V', 'I', n, diagonal.data(), below.data(), 0, 0,
                     toInt(n - count + 1), n, &found, values.data(), vectors.data.data(), n,
                     toInt(count), support.data(), &tryRelative) ||
      found != count)
    return false;
  return LAPACKE_dormtr(LAPACK_COL_MAJOR, 'L', 'L', 'N', n, toInt(count), a.data.data(), n,
                        tau.data(), vectors.data.data(), n) == 0;
}

std::optional<Matrix<double>> dominantEigenvectors(Matrix<double> a, int64_t count) {
  Matrix<double> vectors(count, a.rows), copy = a;
  if (!partOfEigenvectors(a, count, vectors)) {
    // All of them, by divide and conquer.
    std::vector<double> values(copy.rows);
    if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', toInt(copy.rows), copy.data.data(),
                       toInt(copy.rows), values.data()))
      return std::nullopt;
    std::copy(copy.data.end() - count * copy.cols, copy.data.end(), vectors.data.begin());
  }
  // LAPACK's order is rising.
  for (int64_t low = 0, high = count - 1; low < high; ++low, --high)
    std::swap_ranges(vectors.view().row(low), vectors.view().row(low) + vectors.cols,
                     vectors.view().row(high));
  return vectors;
}

template <typename T> void orthonormalizeRows(Matrix<T> &a) {
  if (a.rows == 0)
    return;
  std::vector<T> tau(a.rows);
  callQr(toInt(a.cols), toInt(a.rows), a.data.data(), tau.data());
}

template <typename T> std::optional<Matrix<T>> realEigenvectors(Matrix<T> a) {
  Matrix<T> vectors(a.rows, a.rows);
  std::vector<T> re(a.rows), im(a.rows);
  if (callGeev(toInt(a.rows), a.data.data(), re.data(), im.data(), vectors.data.data()))
    return std::nullopt;
  return vectors;
}

template <typename T> bool solveGeneral(Matrix<T> a, Matrix<T> &b) {
  std::vector<int> pivots(a.rows);
  return callGesv(toInt(a.rows), toInt(b.cols), a.data.data(), pivots.data(), b.data.data()) == 0;
}

template <typename T> Matrix<T> transposed(MatrixView<const T> a) {
  Matrix<T> result(a.cols, a.rows);
  // Tiled, so that both sides stay within the cache lines they touch.
  constexpr int64_t tile = 32;
  for (int64_t ii = 0; ii < a.rows; ii += tile)
    for (int64_t jj = 0; jj < a.cols; jj += tile)
      for (int64_t i = ii; i < std::min(ii + tile, a.rows); ++i)
        for (int64_t j = jj; j < std::min(jj + tile, a.cols); ++j)
          result(j, i) = a(i, j);
  return result;
}

template <typename T> double dot(MatrixView<const T> a, MatrixView<const T> b) {
  double sum = 0;
  for (int64_t i = 0; i < a.rows; ++i) {
    // Several partial sums, as one chain of additions waits on itself.
    double part[4] = {0, 0, 0, 0};
    const T *x = a.row(i), *y = b.row(i);
    int64_t j = 0;
    for (; j + 4 <= a.cols; j += 4)
      for (int64_t l = 0; l < 4; ++l)
        part[l] += static_cast<double>(x[j + l]) * y[j + l];
    for (; j < a.cols; ++j)
      part[0] += static_cast<double>(x[j]) * y[j];
    sum += (part[0] + part[1]) + (part[2] + part[3]);
  }
  return sum;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template void gemm(Op, Op, T, MatrixView<const T>, MatrixView<const T>, T, MatrixView<T>);       \
  template bool solveSemidefinite(Matrix<T> &, T, MatrixView<T>);                                  \
  template std::optional<Svd<T>> svdInPlace(Matrix<T>);                                            \
  template void orthonormalizeRows(Matrix<T> &);                                                   \
  template std::optional<Matrix<T>> realEigenvectors(Matrix<T>);                                   \
  template bool solveGeneral(Matrix<T>, Matrix<T> &);                                              \
  template Matrix<T> transposed(MatrixView<const T>);                                              \
  template double dot(MatrixView<const T>, MatrixView<const T>);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
