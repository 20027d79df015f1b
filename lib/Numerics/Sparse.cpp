//===- Sparse.cpp - the elements of W that matter -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Sparse.h in include.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/Sparse.h"

#include "Cutoff.h"
#include "Prepare.h"
#include "SparseInternal.h"

#include <cmath>

namespace structlin::numerics {

namespace {

template <typename T> std::vector<T> magnitudes(MatrixView<const T> w) {
  std::vector<T> result;
  result.reserve(w.rows * w.cols);
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t j = 0; j < w.cols; ++j)
      result.push_back(std::abs(w(i, j)));
  return result;
}

} // namespace

std::optional<Error> checkCount(int64_t count, int64_t available) {
  if (count >= 0 && count <= available)
    return std::nullopt;
  return Error{"expected to keep 0 to " + std::to_string(available) + " elements, got " +
               std::to_string(count)};
}

std::optional<Error> checkNM(int64_t n, int64_t m) {
  if (1 <= n && n <= m && m <= 256)
    return std::nullopt;
  return Error{"expected n:m with 1 <= n <= m <= 256, got " + std::to_string(n) + ":" +
               std::to_string(m)};
}

template <typename T>
SparseFactors<T> thresholdSparse(MatrixView<const T> w, SparseScope scope, int64_t count) {
  SparseFactors<T> result;
  result.nOut = w.rows;
  result.nIn = w.cols;
  result.offsets.push_back(0);
  Cutoff<T> cutoff({}, 0);
  if (scope == SparseScope::Tensor)
    cutoff = Cutoff<T>(magnitudes(w), count);
  for (int64_t i = 0; i < w.rows; ++i) {
    if (scope == SparseScope::Row)
      cutoff = Cutoff<T>(magnitudes(w.block(i, 0, 1, w.cols)), count);
    for (int64_t j = 0; j < w.cols; ++j) {
      if (!cutoff.keeps(std::abs(w(i, j))))
        continue;
      result.values.push_back(w(i, j));
      result.columns.push_back(j);
    }
    result.offsets.push_back(result.values.size());
  }
  return result;
}

template <typename T> NMFactors<T> thresholdNM(MatrixView<const T> w, int64_t n, int64_t m) {
  NMFactors<T> result;
  result.nOut = w.rows;
  result.nIn = w.cols;
  result.n = n;
  result.m = m;
  std::vector<T> group(m);
  for (int64_t i = 0; i < w.rows; ++i)
    for (int64_t begin = 0; begin < w.cols; begin += m) {
      for (int64_t k = 0; k < m; ++k)
        group[k] = begin + k < w.cols ? std::abs(w(i, begin + k)) : T(0);
      Cutoff<T> cutoff(group, n);
      for (int64_t k = 0; k < m; ++k) {
        if (!cutoff.keeps(group[k]))
          continue;
        result.values.push_back(begin + k < w.cols ? w(i, begin + k) : T(0));
        result.positions.push_back(static_cast<uint8_t>(k));
      }
    }
  return result;
}

template <typename T>
Result<SparseFactors<T>> fitSparse(MatrixView<const T> w, SparseScope scope, int64_t count) {
  if (std::optional<Error> error = checkWeight(w))
    return *error;
  int64_t available = scope == SparseScope::Tensor ? w.rows * w.cols : w.cols;
  if (std::optional<Error> error = checkCount(count, available))
    return *error;
  return thresholdSparse(w, scope, count);
}

template <typename T> Result<NMFactors<T>> fitNM(MatrixView<const T> w, int64_t n, int64_t m) {
  if (std::optional<Error> error = checkWeight(w))
    return *error;
  if (std::optional<Error> error = checkNM(n, m))
    return *error;
  return thresholdNM(w, n, m);
}

template <typename T> void addTo(MatrixView<T> w, const SparseFactors<T> &factors) {
  for (int64_t i = 0; i < factors.nOut; ++i)
    for (int64_t e = factors.offsets[i]; e < factors.offsets[i + 1]; ++e)
      w(i, factors.columns[e]) += factors.values[e];
}

template <typename T> void addTo(MatrixView<T> w, const NMFactors<T> &factors) {
  int64_t groups = factors.groups();
  for (int64_t e = 0, size = factors.values.size(); e < size; ++e) {
    int64_t group = e / factors.n;
    int64_t column = group % groups * factors.m + factors.positions[e];
    if (column < factors.nIn)
      w(group / groups, column) += factors.values[e];
  }
}

template <typename T> Matrix<T> reconstruct(const SparseFactors<T> &factors) {
  Matrix<T> result(factors.nOut, factors.nIn);
  addTo(result.view(), factors);
  return result;
}

template <typename T> Matrix<T> reconstruct(const NMFactors<T> &factors) {
  Matrix<T> result(factors.nOut, factors.nIn);
  addTo(result.view(), factors);
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template SparseFactors<T> thresholdSparse(MatrixView<const T>, SparseScope, int64_t);            \
  template NMFactors<T> thresholdNM(MatrixView<const T>, int64_t, int64_t);                        \
  template Result<SparseFactors<T>> fitSparse(MatrixView<const T>, SparseScope, int64_t);          \
  template Result<NMFactors<T>> fitNM(MatrixView<const T>, int64_t, int64_t);                      \
  template void addTo(MatrixView<T>, const SparseFactors<T> &);                                    \
  template void addTo(MatrixView<T>, const NMFactors<T> &);                                        \
  template Matrix<T> reconstruct(const SparseFactors<T> &);                                        \
  template Matrix<T> reconstruct(const NMFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
