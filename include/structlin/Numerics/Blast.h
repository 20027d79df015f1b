//===- Blast.h - block-level adaptive structured matrices -------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// W is cut into b1 x b2 blocks of p x q, p = ceil(n_out / b1) and
// q = ceil(n_in / b2); block (i, j) is U_i diag(s_ij) V_j (Lee, Kwon, Qu and
// Kim, NeurIPS 2024, arXiv 2410.21262). Rows and columns past n_out and n_in
// are padding: zero in the factors, absent from the objective.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_BLAST_H
#define STRUCTLIN_NUMERICS_BLAST_H

#include "structlin/Numerics/FitOptions.h"
#include "structlin/Numerics/Matrix.h"
#include "structlin/Numerics/Result.h"

namespace structlin::numerics {

struct BlastShape {
  int64_t nOut = 0, nIn = 0; // logical shape of W
  int64_t b1 = 1, b2 = 1;    // block rows, block columns
  int64_t rank = 1;

  int64_t p() const { return ceilDiv(nOut, b1); }
  int64_t q() const { return ceilDiv(nIn, b2); }
};

template <typename T> struct BlastFactors {
  BlastShape shape;
  std::vector<T> u; // (b1, p, r)
  std::vector<T> s; // (b1, b2, r)
  std::vector<T> v; // (b2, r, q)

  BlastFactors() = default;
  /// All factors zero.
  explicit BlastFactors(BlastShape shape);

  /// U_i, (p, r).
  MatrixView<T> uBlock(int64_t i);
  MatrixView<const T> uBlock(int64_t i) const;
  /// V_j, (r, q).
  MatrixView<T> vBlock(int64_t j);
  MatrixView<const T> vBlock(int64_t j) const;
  /// s_ij, r values.
  T *coupling(int64_t i, int64_t j);
  const T *coupling(int64_t i, int64_t j) const;
};

struct BlastOptions : FitOptions {
  /// Sweeps of the reference schedule per random start (arXiv 2410.21262,
  /// algorithm 2): preconditioned gradient steps on U, V, s in turn with
  /// eps = delta ||R||_F and eta = 2 (1 - t / sweeps).
  int64_t sweeps = 100;
  double delta = 0.1;

  /// At most this many sweeps of exact alternating least squares (eta = 1,
  /// eps = 0) after the schedule and from each structured start. They end early
  /// once a sweep lowers the error by less than `tolerance` times itself. A
  /// start that comes within 2% of W gets up to ten times as many, with
  /// extrapolation: W then probably has this structure exactly.
  int64_t polishSweeps = 50;
  double tolerance = 1e-5;

  /// Random starts. The best iterate of all starts is returned; the rest are
  /// skipped once the error is down to rounding.
  int64_t restarts = 1;

  /// Also start from what W contains exactly if it is low-rank, block-diagonal,
  /// Monarch (the best rank-1 block terms on cyclic block diagonals), or a
  /// BLAST matrix with rank <= min(p, q) (algebraic start, see lib/Numerics).
  bool structuredStarts = true;
};

template <typename T> struct BlastFit {
  BlastFactors<T> factors;
  double error = 0;          // relative, Frobenius; residual taken in T
  int64_t plannedSweeps = 0; // of the reference schedule, per random start
};

/// Fits BLAST factors to W (n_out x n_in). Errors: b1, b2 or rank < 1.
/// Block counts above n_out or n_in are allowed and leave empty blocks. Above
/// `flopLimit`, fewer sweeps are planned (compare plannedSweeps with sweeps).
/// Each lane's U, s and V have largest entries of similar size.
template <typename T>
Result<BlastFit<T>> fitBlast(MatrixView<const T> w, int64_t b1, int64_t b2, int64_t rank,
                             const BlastOptions &options = {});

enum class BlastFactor { U, V, S };

/// One exact alternating-least-squares step: replaces one factor by a minimiser
/// of ||W - W'||_F with the two others fixed. Never raises the objective (up to
/// rounding). W must have the logical shape of the factors.
template <typename T>
void blastExactStep(MatrixView<const T> w, BlastFactor which, BlastFactors<T> &factors);

/// W' without its padding, (n_out, n_in).
template <typename T> Matrix<T> reconstruct(const BlastFactors<T> &factors);

/// Floating-point operations of one sweep (all three updates).
double blastSweepFlops(const BlastShape &shape);

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_BLAST_H
