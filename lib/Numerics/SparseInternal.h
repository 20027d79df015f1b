//===- SparseInternal.h - thresholding of checked matrices -----*- C++ -*--===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What low_rank_sparse shares with the sparse families: it thresholds many
// times and checks once.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_NUMERICS_SPARSEINTERNAL_H
#define STRUCTLIN_LIB_NUMERICS_SPARSEINTERNAL_H

#include "structlin/Numerics/Sparse.h"

#include <optional>

namespace structlin::numerics {

std::optional<Error> checkCount(int64_t count, int64_t available);
std::optional<Error> checkNM(int64_t n, int64_t m);

template <typename T>
SparseFactors<T> thresholdSparse(MatrixView<const T> w, SparseScope scope, int64_t count);
template <typename T> NMFactors<T> thresholdNM(MatrixView<const T> w, int64_t n, int64_t m);

/// W += the factors.
template <typename T> void addTo(MatrixView<T> w, const SparseFactors<T> &factors);
template <typename T> void addTo(MatrixView<T> w, const NMFactors<T> &factors);

} // namespace structlin::numerics

#endif // STRUCTLIN_LIB_NUMERICS_SPARSEINTERNAL_H
