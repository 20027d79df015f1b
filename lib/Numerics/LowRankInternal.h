//===- LowRankInternal.h - truncated SVD of a prepared weight --*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other families start from: low_rank_sparse and BLAST contain low_rank.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_LOWRANKINTERNAL_H
#define STRUCTLIN_LIB_NUMERICS_LOWRANKINTERNAL_H

#include "Blas.h"
#include "structlin/Numerics/LowRank.h"

namespace structlin::numerics {

/// At least the first min(rank, m, n) singular triples; none if LAPACK fails.
template <typename T>
std::optional<Svd<T>> truncatedSvd(const Matrix<T> &a, int64_t rank, const LowRankOptions &options);

/// P sqrt(S) and sqrt(S) Q^T, zero-padded to `rank`.
template <typename T> LowRankFactors<T> splitEvenly(const Svd<T> &svd, int64_t rank);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_LOWRANKINTERNAL_H
