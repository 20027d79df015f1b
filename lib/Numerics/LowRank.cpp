//===- LowRank.cpp - W as a product of two thin factors -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LowRank.h in include.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/LowRank.h"

#include "GramSvd.h"
#include "LowRankInternal.h"
#include "Prepare.h"
#include "Subspace.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace structlin::numerics {

double svdFlops(int64_t nOut, int64_t nIn) {
  double n = std::min(nOut, nIn), m = std::max(nOut, nIn);
  return 6 * m * n * n + 20 * n * n * n;
}

template <typename T>
std::optional<Svd<T>> truncatedSvd(const Matrix<T> &a, int64_t rank,
                                   const LowRankOptions &options) {
  int64_t kept = std::min({rank, a.rows, a.cols});
  // Beyond half of all singular vectors, subspace iteration saves nothing.
  bool thin = 2 * kept < std::min(a.rows, a.cols);
  if (thin && svdFlops(a.rows, a.cols) > options.exactFlops)
    if (std::optional<Svd<T>> result =
            randomizedSvd<T>(a.view(), kept, options.tolerance, options.seed))
      return result;
  return svdInPlace(a);
}

template <typename T> LowRankFactors<T> splitEvenly(const Svd<T> &svd, int64_t rank) {
  LowRankFactors<T> result{Matrix<T>(svd.u.rows, rank), Matrix<T>(rank, svd.vt.cols)};
  int64_t available = std::min<int64_t>(rank, svd.s.size());
  for (int64_t k = 0; k < available; ++k) {
    // What is left of a rank-deficient W is rounding, not information.
    if (svd.s[k] <= std::numeric_limits<T>::epsilon() / 4 * svd.s[0])
      break;
    int64_t peak = 0;
    for (int64_t i = 1; i < svd.u.rows; ++i)
      if (std::abs(svd.u(i, k)) > std::abs(svd.u(peak, k)))
        peak = i;
    T root = std::sqrt(svd.s[k]);
    T sign = svd.u(peak, k) < 0 ? T(-1) : T(1);
    for (int64_t i = 0; i < svd.u.rows; ++i)
      result.u(i, k) = sign * root * svd.u(i, k);
    for (int64_t j = 0; j < svd.vt.cols; ++j)
      result.v(k, j) = sign * root * svd.vt(k, j);
  }
  return result;
}

/// The first min(rank, m, n) singular triples or more.
template <typename T>
static std::optional<Svd<T>> dominantTriples(const Matrix<T> &a, int64_t rank,
                                             const LowRankOptions &options) {
  if constexpr (std::is_same_v<T, float>) {
    return gramSvd(a, rank, [&](int64_t done, int64_t total) { options.report(done, total); });
  } else {
    options.report(0, 1);
    std::optional<Svd<T>> svd = truncatedSvd(a, rank, options);
    options.report(1, 1);
    return svd;
  }
}

template <typename T>
Result<LowRankFactors<T>> fitLowRank(MatrixView<const T> w, int64_t rank,
                                     const LowRankOptions &options) {
  if (rank < 1)
    return Error{"expected a rank of at least 1, got " + std::to_string(rank)};
  Result<PreparedWeight<T>> prepared = prepareWeight(w);
  if (!prepared)
    return prepared.takeError();
  if (prepared->isZero)
    return LowRankFactors<T>{Matrix<T>(w.rows, rank), Matrix<T>(rank, w.cols)};
  std::optional<Svd<T>> svd = dominantTriples(prepared->values, rank, options);
  if (!svd)
    return Error{"the singular value decomposition did not converge"};
  LowRankFactors<T> result = splitEvenly(*svd, rank);
  scaleByPowerOfTwo(result.u.data, prepared->exponent / 2);
  scaleByPowerOfTwo(result.v.data, prepared->exponent - prepared->exponent / 2);
  return result;
}

template <typename T> Matrix<T> reconstruct(const LowRankFactors<T> &factors) {
  Matrix<T> result(factors.u.rows, factors.v.cols);
  gemm<T>(Op::None, Op::None, 1, factors.u, factors.v, 0, result);
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template std::optional<Svd<T>> truncatedSvd(const Matrix<T> &, int64_t, const LowRankOptions &); \
  template LowRankFactors<T> splitEvenly(const Svd<T> &, int64_t);                                 \
  template Result<LowRankFactors<T>> fitLowRank(MatrixView<const T>, int64_t,                      \
                                                const LowRankOptions &);                           \
  template Matrix<T> reconstruct(const LowRankFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
