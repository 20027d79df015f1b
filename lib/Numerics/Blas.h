//===- Blas.h - the BLAS and LAPACK calls the fits are made of -*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Row-major matrices in, row-major matrices out, for float and double. LAPACK
// is column-major: a row-major matrix is handed to it as its transpose, never
// copied.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_BLAS_H
#define STRUCTLIN_LIB_NUMERICS_BLAS_H

#include "structlin/Numerics/Matrix.h"

#include <optional>

namespace structlin::numerics {

enum class Op { None, Transpose };

/// C = alpha op(A) op(B) + beta C.
template <typename T>
void gemm(Op opA, Op opB, T alpha, MatrixView<const T> a, MatrixView<const T> b, T beta,
          MatrixView<T> c);

/// Solves (G + ridge I) x = b in place for every row b of `rows`, G symmetric
/// positive semidefinite and destroyed. The diagonal is equilibrated and loaded
/// with a few units of rounding, more where G is too singular for Cholesky; the
/// inverse applied is then still below that of G, so a gradient step with it
/// descends. False if no loading helps (G not finite).
template <typename T> bool solveSemidefinite(Matrix<T> &g, T ridge, MatrixView<T> rows);

/// A = U diag(s) V^T, thin: k = min(m, n), U is (m, k) and V^T (k, n).
template <typename T> struct Svd {
  Matrix<T> u;
  std::vector<T> s;
  Matrix<T> vt;
};

/// Destroys A. None if LAPACK does not converge.
template <typename T> std::optional<Svd<T>> svdInPlace(Matrix<T> a);

/// G += op(P) op(P)^T, the upper triangle of the symmetric G only.
void addGram(Op op, MatrixView<const double> panel, MatrixView<double> g);

/// Eigenvectors of the `count` largest eigenvalues of a symmetric matrix of which
/// the upper triangle is given, as rows, the largest first. None if LAPACK does not
/// converge.
std::optional<Matrix<double>> dominantEigenvectors(Matrix<double> a, int64_t count);

/// Replaces the rows of A (k <= n) by an orthonormal basis of a space that
/// contains their span.
template <typename T> void orthonormalizeRows(Matrix<T> &a);

/// Right eigenvectors of a general square matrix as columns; a complex pair is
/// replaced by its real and imaginary part. None if LAPACK does not converge.
template <typename T> std::optional<Matrix<T>> realEigenvectors(Matrix<T> a);

/// Solves A X = B for a general square A; X replaces B. False if A is singular.
template <typename T> bool solveGeneral(Matrix<T> a, Matrix<T> &b);

/// The transpose.
template <typename T> Matrix<T> transposed(MatrixView<const T> a);

/// sum of a_i b_i in f64 over matrices of one shape.
template <typename T> double dot(MatrixView<const T> a, MatrixView<const T> b);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_BLAS_H
