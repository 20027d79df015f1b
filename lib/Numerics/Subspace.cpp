//===- Subspace.cpp - dominant subspaces without a full SVD ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Subspace.h.
//
//===----------------------------------------------------------------------===//

#include "Subspace.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace structlin::numerics {

template <typename T> void fillNormal(T *begin, T *end, Random &random, T deviation) {
  for (; begin != end; ++begin)
    *begin = static_cast<T>(random.normal()) * deviation;
}

template <typename T> Subspace<T> randomSubspace(int64_t m, int64_t n, int64_t k, uint64_t seed) {
  Subspace<T> result{Matrix<T>(k, m), Matrix<T>(k, n)};
  Random random(seed, /*stream=*/1);
  fillNormal(result.right.data.data(), result.right.data.data() + k * n, random, T(1));
  return result;
}

template <typename T> void powerPass(MatrixView<const T> a, Subspace<T> &subspace) {
  orthonormalizeRows(subspace.right);
  gemm<T>(Op::None, Op::Transpose, 1, subspace.right, a, 0, subspace.left);
  orthonormalizeRows(subspace.left);
  gemm<T>(Op::None, Op::None, 1, subspace.left, a, 0, subspace.right);
}

template <typename T> std::optional<Svd<T>> truncate(const Subspace<T> &subspace, int64_t rank) {
  std::optional<Svd<T>> inner = svdInPlace(subspace.right);
  if (!inner)
    return std::nullopt;
  int64_t k = subspace.left.rows, m = subspace.left.cols;
  rank = std::min(rank, k);
  Svd<T> result{Matrix<T>(m, rank), std::move(inner->s), std::move(inner->vt)};
  MatrixView<const T> u = inner->u;
  gemm<T>(Op::Transpose, Op::None, 1, subspace.left, u.block(0, 0, k, rank), 0, result.u);
  result.s.resize(rank);
  result.vt.data.resize(rank * result.vt.cols);
  result.vt.rows = rank;
  return result;
}

template <typename T>
std::optional<Svd<T>> randomizedSvd(MatrixView<const T> a, int64_t rank, double tolerance,
                                    uint64_t seed) {
  constexpr int maxPasses = 48;
  int64_t oversampling = std::max<int64_t>(16, rank / 8);
  int64_t k = std::min({rank + oversampling, a.rows, a.cols});
  Subspace<T> subspace = randomSubspace<T>(a.rows, a.cols, k, seed);
  double total = dot(a, a);
  double captured = 0, lastGain = 0;
  for (int pass = 0; pass < maxPasses; ++pass) {
    powerPass(a, subspace);
    MatrixView<const T> right = subspace.right;
    double now = dot(right, right);
    double gain = now - captured;
    double rest = std::max(total - now, 0.0);
    captured = now;
    // Gains fall geometrically; their tail is what a further pass could win.
    double rate = pass ? std::min(std::abs(gain / lastGain), 0.98) : 0.98;
    lastGain = gain;
    bool settled = gain * rate / (1 - rate) <= tolerance * rest;
    bool exhausted = rest <= 16 * std::numeric_limits<T>::epsilon() * total;
    if (pass >= 2 && (settled || exhausted))
      return truncate(subspace, rank);
  }
  return std::nullopt;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template void fillNormal(T *, T *, Random &, T);                                                 \
  template Subspace<T> randomSubspace(int64_t, int64_t, int64_t, uint64_t);                        \
  template void powerPass(MatrixView<const T>, Subspace<T> &);                                     \
  template std::optional<Svd<T>> truncate(const Subspace<T> &, int64_t);                           \
  template std::optional<Svd<T>> randomizedSvd(MatrixView<const T>, int64_t, double, uint64_t);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
