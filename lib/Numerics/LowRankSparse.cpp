//===- LowRankSparse.cpp - a low-rank plus a sparse matrix ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The alternation is run on A = W D. Its low-rank step is one pass of subspace
// iteration warm-started from the previous step: captured energy never falls,
// so neither step raises ||A - L - S||_F and the pair converges to what full
// SVDs converge to at a fraction of their cost. S is a function of L (the
// threshold of A - L), so L alone is the state.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/LowRankSparse.h"

#include "LowRankInternal.h"
#include "Prepare.h"
#include "SparseInternal.h"
#include "Subspace.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace structlin::numerics {

namespace {

template <typename T> using SparsePart = std::variant<SparseFactors<T>, NMFactors<T>>;

template <typename T> SparsePart<T> threshold(MatrixView<const T> a, const SparsePattern &pattern) {
  switch (pattern.kind) {
  case SparsePattern::Tensor:
    return thresholdSparse(a, SparseScope::Tensor, pattern.count);
  case SparsePattern::Row:
    return thresholdSparse(a, SparseScope::Row, pattern.count);
  case SparsePattern::NM:
    break;
  }
  return thresholdNM(a, pattern.n, pattern.m);
}

std::optional<Error> checkPattern(const SparsePattern &pattern, int64_t rows, int64_t cols) {
  switch (pattern.kind) {
  case SparsePattern::Tensor:
    return checkCount(pattern.count, rows * cols);
  case SparsePattern::Row:
    return checkCount(pattern.count, cols);
  case SparsePattern::NM:
    break;
  }
  return checkNM(pattern.n, pattern.m);
}

template <typename T> void negate(SparsePart<T> &sparse) {
  std::visit(
      [](auto &part) {
        for (T &value : part.values)
          value = -value;
      },
      sparse);
}

template <typename T> void addTo(MatrixView<T> a, const SparsePart<T> &sparse) {
  std::visit([&](const auto &part) { addTo(a, part); }, sparse);
}

/// The alternation on A. `rest` is scratch of A's shape.
template <typename T> class Alternation {
public:
  Alternation(const Matrix<T> &a, int64_t rank, const SparsePattern &pattern, uint64_t seed)
      : a(a), pattern(pattern), rest(a.rows, a.cols),
        low(randomSubspace<T>(a.rows, a.cols, std::min({rank, a.rows, a.cols}), seed)) {
    // S = 0: the first low-rank step sees A itself and starts from noise, so it
    // takes the passes randomised SVD needs.
    for (int pass = 0; pass < 4; ++pass)
      powerPass<T>(a, low);
    updateSparse();
  }

  /// L from A - S, then S from A - L.
  void step() {
    rest = a;
    SparsePart<T> minus = std::move(sparse);
    negate(minus);
    addTo<T>(rest.view(), minus);
    powerPass<T>(rest, low);
    updateSparse();
  }

  double error() const { return residual; }
  const Subspace<T> &lowRank() const { return low; }

private:
  void updateSparse() {
    rest = a;
    gemm<T>(Op::Transpose, Op::None, -1, low.left, low.right, 1, rest);
    sparse = threshold<T>(rest, pattern);
    SparsePart<T> minus = sparse;
    negate(minus);
    addTo<T>(rest.view(), minus);
    residual = std::sqrt(dot<T>(rest, rest));
  }

  const Matrix<T> &a;
  SparsePattern pattern;
  Matrix<T> rest;
  Subspace<T> low;
  SparsePart<T> sparse;
  double residual = 0;
};

template <typename T>
Result<std::vector<T>> featureScale(const std::vector<double> &scale, int64_t nIn) {
  if (scale.empty())
    return std::vector<T>(nIn, T(1));
  if (static_cast<int64_t>(scale.size()) != nIn)
    return Error{"expected a scale of " + std::to_string(nIn) + " entries, got " +
                 std::to_string(scale.size())};
  double largest = 0;
  for (int64_t j = 0; j < nIn; ++j) {
    if (!std::isfinite(scale[j]) || scale[j] < 0)
      return Error{"expected finite scales of at least 0, got " + std::to_string(scale[j]) +
                   " at " + std::to_string(j)};
    largest = std::max(largest, scale[j]);
  }
  std::vector<T> result(nIn, T(1));
  if (largest == 0)
    return result;
  for (int64_t j = 0; j < nIn; ++j)
    result[j] = static_cast<T>(std::max(scale[j] / largest, 1e-6));
  return result;
}

/// Undoes D and the power of two on both parts.
template <typename T>
void unscale(LowRankSparseFactors<T> &factors, const std::vector<T> &scale, int exponent) {
  LowRankFactors<T> &low = factors.lowRank;
  for (int64_t k = 0; k < low.v.rows; ++k)
    for (int64_t j = 0; j < low.v.cols; ++j)
      low.v(k, j) /= scale[j];
  scaleByPowerOfTwo(low.u.data, exponent / 2);
  scaleByPowerOfTwo(low.v.data, exponent - exponent / 2);
  if (auto *csr = std::get_if<SparseFactors<T>>(&factors.sparse)) {
    for (size_t e = 0; e < csr->values.size(); ++e)
      csr->values[e] /= scale[csr->columns[e]];
    scaleByPowerOfTwo(csr->values, exponent);
  } else if (auto *nm = std::get_if<NMFactors<T>>(&factors.sparse)) {
    for (size_t e = 0; e < nm->values.size(); ++e) {
      int64_t column = e / nm->n % nm->groups() * nm->m + nm->positions[e];
      if (column < nm->nIn)
        nm->values[e] /= scale[column];
    }
    scaleByPowerOfTwo(nm->values, exponent);
  }
}

/// Operations of one alternation: two products and two factorisations.
double alternationFlops(double m, double n, double rank) {
  return 6 * m * n * rank + 4 * (m + n) * rank * rank + 8 * m * n;
}

} // namespace

template <typename T>
Result<LowRankSparseFit<T>> fitLowRankSparse(MatrixView<const T> w, int64_t rank,
                                             const SparsePattern &pattern,
                                             const LowRankSparseOptions &options) {
  if (rank < 0)
    return Error{"expected a rank of at least 0, got " + std::to_string(rank)};
  Result<PreparedWeight<T>> prepared = prepareWeight(w);
  if (!prepared)
    return prepared.takeError();
  if (std::optional<Error> error = checkPattern(pattern, w.rows, w.cols))
    return *error;
  Result<std::vector<T>> scale = featureScale<T>(options.scale, w.cols);
  if (!scale)
    return scale.takeError();

  const Matrix<T> &values = prepared->values;
  Matrix<T> a = values;
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t j = 0; j < a.cols; ++j)
      a(i, j) *= (*scale)[j];
  double norm = std::sqrt(dot<T>(a, a));

  int64_t planned = std::max<int64_t>(options.iterations, 1);
  if (options.flopLimit > 0)
    planned =
        std::clamp<int64_t>(options.flopLimit / alternationFlops(w.rows, w.cols, rank), 1, planned);
  LowRankSparseFit<T> fit;
  Alternation<T> alternation(a, rank, pattern, options.seed);
  Subspace<T> best = alternation.lowRank();
  double bestError = alternation.error();
  double floor = std::numeric_limits<T>::epsilon() * norm;
  fit.iterations = 1;
  while (fit.iterations < planned && bestError > floor) {
    options.report(fit.iterations, planned);
    double before = bestError;
    alternation.step();
    ++fit.iterations;
    if (alternation.error() < bestError) {
      bestError = alternation.error();
      best = alternation.lowRank();
    }
    if (before - bestError < options.tolerance * before)
      break;
  }

  std::optional<Svd<T>> svd = truncate(best, rank);
  if (!svd)
    return Error{"the singular value decomposition did not converge"};
  LowRankFactors<T> &low = fit.factors.lowRank;
  low = splitEvenly(*svd, rank);
  Matrix<T> rest = a;
  gemm<T>(Op::None, Op::None, -1, low.u, low.v, 1, rest);
  SparsePart<T> &sparse = fit.factors.sparse;
  sparse = threshold<T>(rest, pattern);

  if (norm > 0) {
    negate(sparse);
    addTo<T>(rest.view(), sparse);
    negate(sparse);
    fit.error = std::sqrt(dot<T>(rest, rest)) / norm;
  }
  unscale(fit.factors, *scale, prepared->exponent);
  options.report(planned, planned);
  return fit;
}

template <typename T> Matrix<T> reconstruct(const LowRankSparseFactors<T> &factors) {
  Matrix<T> result = reconstruct(factors.lowRank);
  addTo<T>(result.view(), factors.sparse);
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template Result<LowRankSparseFit<T>> fitLowRankSparse(                                           \
      MatrixView<const T>, int64_t, const SparsePattern &, const LowRankSparseOptions &);          \
  template Matrix<T> reconstruct(const LowRankSparseFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
