//===- Subspace.h - dominant subspaces without a full SVD ------*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block subspace iteration, cold (randomised) or warm (from the subspace of a
// matrix nearby). A ~ left^T right with orthonormal rows in left.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_SUBSPACE_H
#define STRUCTLIN_LIB_NUMERICS_SUBSPACE_H

#include "Blas.h"
#include "Random.h"

namespace structlin::numerics {

template <typename T> struct Subspace {
  Matrix<T> left;  // (k, m), orthonormal rows
  Matrix<T> right; // (k, n) = left A
};

/// Standard normal entries times `deviation`.
template <typename T> void fillNormal(T *begin, T *end, Random &random, T deviation);

/// A start for A (m x n) of dimension k <= min(m, n): right is random.
template <typename T> Subspace<T> randomSubspace(int64_t m, int64_t n, int64_t k, uint64_t seed);

/// One power pass: left becomes a basis of A right^T, right becomes left A.
/// Never lowers the share of A captured.
template <typename T> void powerPass(MatrixView<const T> a, Subspace<T> &subspace);

/// The best rank-r part of left^T right as P diag(s) Q^T.
template <typename T> std::optional<Svd<T>> truncate(const Subspace<T> &subspace, int64_t rank);

/// The truncated SVD of A by randomised subspace iteration; none if it does not
/// settle (see LowRankOptions::tolerance).
template <typename T>
std::optional<Svd<T>> randomizedSvd(MatrixView<const T> a, int64_t rank, double tolerance,
                                    uint64_t seed);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_SUBSPACE_H
