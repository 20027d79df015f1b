//===- BlastStarts.h - where BLAST fits start from -------------*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BLAST's objective has local minima; each structured start is exact when W has
// the structure it is named after.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_BLASTSTARTS_H
#define STRUCTLIN_LIB_NUMERICS_BLASTSTARTS_H

#include "BlastSolver.h"

#include <optional>

namespace structlin::numerics {

/// The reference's: U, V ~ 0.001 / sqrt(r) N(0, 1), s ~ N(0, 1).
template <typename T>
BlastState<T> randomStart(const BlastShape &shape, uint64_t seed, uint64_t restart);

/// The truncated SVD of A, s = 1.
template <typename T>
std::optional<BlastState<T>> lowRankStart(const Matrix<T> &a, const BlastShape &shape,
                                          uint64_t seed);

/// Each lane holds one singular triple of every block on one cyclic block
/// diagonal; lanes go to the diagonals that gain most. Contains block-diagonal
/// and Monarch matrices.
template <typename T>
std::optional<BlastState<T>> blockDiagonalsStart(const Matrix<T> &a, const BlastShape &shape);

/// The factors of an exact BLAST matrix, from eigenvectors; none unless
/// rank <= min(p, q) and both block counts are above one.
template <typename T>
std::optional<BlastState<T>> algebraicStart(const Matrix<T> &a, const BlastShape &shape,
                                            uint64_t seed);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_BLASTSTARTS_H
