//===- BlastSolver.h - block coordinate steps on BLAST factors -*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state and the updates that every start of a BLAST fit runs. V is held
// transposed, so that U and V are updated by the same code.
//
// Each update is x -= eta (H + eps I)^-1 g with the gradient g and Hessian H of
// half the squared error in one factor (arXiv 2410.21262, algorithm 2); eta =
// 1, eps = 0 is exact alternating least squares. Products with A are shared
// between updates: the s update needs A_ij V_j, and so does the U update of the
// next sweep, which makes a sweep two products of the size of A instead of the
// six of the textbook form.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_BLASTSOLVER_H
#define STRUCTLIN_LIB_NUMERICS_BLASTSOLVER_H

#include "structlin/Numerics/Blast.h"

namespace structlin::numerics {

/// Factors in the solver's order.
template <typename T> struct BlastState {
  Matrix<T> u;  // (b1 p, r)
  Matrix<T> vt; // (b2 q, r)
  Matrix<T> s;  // (b1 b2, r)

  BlastState() = default;
  explicit BlastState(const BlastShape &shape)
      : u(shape.b1 * shape.p(), shape.rank), vt(shape.b2 * shape.q(), shape.rank),
        s(shape.b1 * shape.b2, shape.rank) {}
};

template <typename T> class BlastSolver {
public:
  /// `a` is W padded with zeros to (b1 p, b2 q); it must outlive the solver.
  BlastSolver(const Matrix<T> &a, const BlastShape &shape);

  void load(BlastState<T> start);
  const BlastState<T> &state() const { return x; }

  /// One sweep U, V, s with step eta and eps = delta ||R||_F; the relative
  /// error after it, exact to about the square root of rounding.
  double sweep(double eta, double delta);

  /// The exact update of one factor, computed from the residual: accurate to
  /// rounding, at twice the cost.
  void exactStep(BlastFactor which);

  /// ||A - A'||_F / ||A||_F, from the residual.
  double error();

private:
  enum class Form { Direct, Residual };
  int64_t coupling(bool left, int64_t mine, int64_t other) const {
    return left ? mine * shape.b2 + other : other * shape.b2 + mine;
  }
  void updateGrams(bool left);
  Matrix<T> sideGram(bool left, int64_t block) const;
  void product(bool left, MatrixView<const T> target, int64_t other);
  void accumulate(bool left, int64_t other);
  void updateSide(bool left, double eta, double eps, Form form);
  void updateCoupling(double eta, double eps, Form form);
  void computeResidual();

  const Matrix<T> &a;
  BlastShape shape;
  double squaredNorm;      // ||A||^2
  double squaredError = 0; // ||R||^2, as far as known
  BlastState<T> x;
  std::vector<Matrix<T>> gramU, gramV; // U_i^T U_i and V_j V_j^T
  Matrix<T> residual;
  Matrix<T> projected;   // A restricted to one block column (row) times V (U)
  Matrix<T> accumulated; // sum over blocks of projected times s
  bool accumulatedForU = false;
};

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_BLASTSOLVER_H
