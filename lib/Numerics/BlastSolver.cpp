//===- BlastSolver.cpp - block coordinate steps on BLAST factors ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For U_i, with the rows of V_j^T as features: H_i = sum_j (s_ij s_ij^T) o
// (V_j V_j^T), right-hand side B_i = sum_j A_ij V_j^T diag(s_ij), gradient
// U_i H_i - B_i. For s_ij: H = (U_i^T U_i) o (V_j V_j^T), right-hand side
// diag(U_i^T A_ij V_j^T). In the residual form A is replaced by R and the
// gradient is the right-hand side alone, negated. Padding needs no mask: zero
// rows of A and U give zero gradients.
//
//===----------------------------------------------------------------------===//

#include "BlastSolver.h"

#include "Blas.h"

#include <algorithm>
#include <cmath>

namespace structlin::numerics {

template <typename T>
BlastSolver<T>::BlastSolver(const Matrix<T> &a, const BlastShape &shape)
    : a(a), shape(shape), squaredNorm(dot<T>(a, a)), gramU(shape.b1), gramV(shape.b2) {}

template <typename T> void BlastSolver<T>::load(BlastState<T> start) {
  x = std::move(start);
  // Padding comes last, and stays zero from here on.
  std::fill(x.u.data.begin() + shape.nOut * shape.rank, x.u.data.end(), T(0));
  std::fill(x.vt.data.begin() + shape.nIn * shape.rank, x.vt.data.end(), T(0));
  accumulatedForU = false;
  updateGrams(/*left=*/true);
  updateGrams(/*left=*/false);
  computeResidual();
}

template <typename T> void BlastSolver<T>::updateGrams(bool left) {
  std::vector<Matrix<T>> &grams = left ? gramU : gramV;
  MatrixView<const T> factor = left ? x.u : x.vt;
  int64_t height = left ? shape.p() : shape.q();
  for (size_t i = 0; i < grams.size(); ++i) {
    MatrixView<const T> block = factor.block(i * height, 0, height, shape.rank);
    if (grams[i].rows == 0)
      grams[i] = Matrix<T>(shape.rank, shape.rank);
    gemm<T>(Op::Transpose, Op::None, 1, block, block, 0, grams[i]);
  }
}

template <typename T> Matrix<T> BlastSolver<T>::sideGram(bool left, int64_t block) const {
  int64_t r = shape.rank;
  const std::vector<Matrix<T>> &grams = left ? gramV : gramU;
  Matrix<T> result(r, r);
  for (size_t other = 0; other < grams.size(); ++other) {
    const T *s = x.s.view().row(coupling(left, block, other));
    for (int64_t k = 0; k < r; ++k) {
      if (s[k] == 0)
        continue;
      const T *in = grams[other].view().row(k);
      T *out = result.view().row(k);
      for (int64_t l = 0; l < r; ++l)
        out[l] += s[k] * s[l] * in[l];
    }
  }
  return result;
}

/// projected = target[:, block] V_block^T, or target[block, :]^T U_block.
template <typename T>
void BlastSolver<T>::product(bool left, MatrixView<const T> target, int64_t other) {
  int64_t p = shape.p(), q = shape.q(), r = shape.rank;
  projected.rows = left ? target.rows : target.cols;
  projected.cols = r;
  projected.data.resize(projected.rows * r);
  if (left)
    gemm<T>(Op::None, Op::None, 1, target.block(0, other * q, target.rows, q),
            x.vt.view().block(other * q, 0, q, r), 0, projected);
  else
    gemm<T>(Op::Transpose, Op::None, 1, target.block(other * p, 0, p, target.cols),
            x.u.view().block(other * p, 0, p, r), 0, projected);
}

/// accumulated += projected, each block of rows times its coupling.
template <typename T> void BlastSolver<T>::accumulate(bool left, int64_t other) {
  int64_t r = shape.rank, height = left ? shape.p() : shape.q();
  for (int64_t row = 0; row < projected.rows; ++row) {
    const T *s = x.s.view().row(coupling(left, row / height, other));
    const T *in = projected.view().row(row);
    T *out = accumulated.view().row(row);
    for (int64_t k = 0; k < r; ++k)
      out[k] += in[k] * s[k];
  }
}

template <typename T>
void BlastSolver<T>::updateSide(bool left, double eta, double eps, Form form) {
  int64_t r = shape.rank, height = left ? shape.p() : shape.q();
  int64_t blocks = left ? shape.b1 : shape.b2;
  Matrix<T> &factor = left ? x.u : x.vt;
  if (form == Form::Residual || !left || !accumulatedForU) {
    MatrixView<const T> target = form == Form::Residual ? residual : a;
    accumulated = Matrix<T>(factor.rows, r);
    for (int64_t other = 0, e = left ? shape.b2 : shape.b1; other < e; ++other) {
      product(left, target, other);
      accumulate(left, other);
    }
  }
  accumulatedForU = false;

  Matrix<T> gradient(height, r), step;
  for (int64_t i = 0; i < blocks; ++i) {
    Matrix<T> gram = sideGram(left, i);
    MatrixView<T> block = factor.view().block(i * height, 0, height, r);
    MatrixView<const T> sums = accumulated.view().block(i * height, 0, height, r);
    for (int64_t row = 0; row < height; ++row)
      for (int64_t k = 0; k < r; ++k)
        gradient(row, k) = -sums(row, k);
    if (form == Form::Direct)
      gemm<T>(Op::None, Op::None, 1, block, gram, 1, gradient);
    step = gradient;
    if (!solveSemidefinite<T>(gram, static_cast<T>(eps), step))
      continue;
    T factorStep = static_cast<T>(eta);
    for (int64_t row = 0; row < height; ++row)
      for (int64_t k = 0; k < r; ++k)
        block(row, k) -= factorStep * step(row, k);
    // The quadratic model in one factor is exact.
    double slope = dot<T>(gradient, step);
    squaredError += eta * (eta - 2) * slope - eta * eta * eps * dot<T>(step, step);
  }
  squaredError = std::max(squaredError, 0.0);
  updateGrams(left);
}

template <typename T> void BlastSolver<T>::updateCoupling(double eta, double eps, Form form) {
  int64_t r = shape.rank, p = shape.p();
  MatrixView<const T> target = form == Form::Residual ? residual : a;
  Matrix<T> gram(r, r), gradient(1, r), step(1, r);
  if (form == Form::Direct) {
    accumulated = Matrix<T>(x.u.rows, r);
    squaredError = squaredNorm;
  }
  for (int64_t j = 0; j < shape.b2; ++j) {
    product(/*left=*/true, target, j);
    for (int64_t i = 0; i < shape.b1; ++i) {
      Matrix<T> rhs(1, r);
      for (int64_t row = i * p; row < (i + 1) * p; ++row)
        for (int64_t k = 0; k < r; ++k)
          rhs(0, k) += x.u(row, k) * projected(row, k);
      for (int64_t e = 0; e < r * r; ++e)
        gram.data[e] = gramU[i].data[e] * gramV[j].data[e];
      MatrixView<T> s = x.s.view().block(i * shape.b2 + j, 0, 1, r);
      Matrix<T> product(1, r);
      if (form == Form::Direct)
        gemm<T>(Op::None, Op::None, 1, s, gram, 0, product);
      for (int64_t k = 0; k < r; ++k)
        step(0, k) = gradient(0, k) = product(0, k) - rhs(0, k);
      Matrix<T> factored = gram;
      if (solveSemidefinite<T>(factored, static_cast<T>(eps), step))
        for (int64_t k = 0; k < r; ++k)
          s(0, k) -= static_cast<T>(eta) * step(0, k);
      if (form == Form::Residual)
        continue;
      gemm<T>(Op::None, Op::None, 1, s, gram, 0, product);
      squaredError += dot<T>(product, s) - 2 * dot<T>(rhs, s);
    }
    if (form == Form::Direct)
      accumulate(/*left=*/true, j);
  }
  accumulatedForU = form == Form::Direct;
  squaredError = std::max(squaredError, 0.0);
}

template <typename T> void BlastSolver<T>::computeResidual() {
  int64_t p = shape.p(), q = shape.q(), r = shape.rank;
  residual = a;
  Matrix<T> scaled(x.u.rows, r);
  for (int64_t j = 0; j < shape.b2; ++j) {
    for (int64_t row = 0; row < scaled.rows; ++row) {
      const T *s = x.s.view().row(row / p * shape.b2 + j);
      for (int64_t k = 0; k < r; ++k)
        scaled(row, k) = x.u(row, k) * s[k];
    }
    gemm<T>(Op::None, Op::Transpose, -1, scaled, x.vt.view().block(j * q, 0, q, r), 1,
            residual.view().block(0, j * q, residual.rows, q));
  }
  squaredError = dot<T>(residual, residual);
}

template <typename T> double BlastSolver<T>::sweep(double eta, double delta) {
  auto eps = [&] { return delta * std::sqrt(squaredError); };
  updateSide(/*left=*/true, eta, eps(), Form::Direct);
  updateSide(/*left=*/false, eta, eps(), Form::Direct);
  updateCoupling(eta, eps(), Form::Direct);
  return std::sqrt(squaredError / squaredNorm);
}

template <typename T> void BlastSolver<T>::exactStep(BlastFactor which) {
  computeResidual();
  if (which == BlastFactor::S)
    updateCoupling(1, 0, Form::Residual);
  else
    updateSide(which == BlastFactor::U, 1, 0, Form::Residual);
}

template <typename T> double BlastSolver<T>::error() {
  computeResidual();
  return std::sqrt(squaredError / squaredNorm);
}

template class BlastSolver<float>;
template class BlastSolver<double>;

} // namespace structlin::numerics
