//===- BlastStarts.cpp - where BLAST fits start from ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BlastStarts.h.
//
//===----------------------------------------------------------------------===//

#include "BlastStarts.h"

#include "LowRankInternal.h"
#include "Random.h"
#include "Subspace.h"

#include <algorithm>
#include <cmath>

namespace structlin::numerics {

template <typename T>
BlastState<T> randomStart(const BlastShape &shape, uint64_t seed, uint64_t restart) {
  BlastState<T> state(shape);
  Random random(seed, /*stream=*/1000 + restart);
  T small = static_cast<T>(0.001 / std::sqrt(double(shape.rank)));
  // Rows of padding stay zero.
  T *u = state.u.data.data(), *vt = state.vt.data.data(), *s = state.s.data.data();
  fillNormal(u, u + shape.nOut * shape.rank, random, small);
  fillNormal(vt, vt + shape.nIn * shape.rank, random, small);
  fillNormal(s, s + state.s.data.size(), random, T(1));
  return state;
}

template <typename T>
std::optional<BlastState<T>> lowRankStart(const Matrix<T> &a, const BlastShape &shape,
                                          uint64_t seed) {
  LowRankOptions options;
  options.seed = seed;
  std::optional<Svd<T>> svd = truncatedSvd(a, shape.rank, options);
  if (!svd)
    return std::nullopt;
  LowRankFactors<T> factors = splitEvenly(*svd, shape.rank);
  BlastState<T> state(shape);
  state.u = std::move(factors.u);
  state.vt = transposed<T>(factors.v);
  std::fill(state.s.data.begin(), state.s.data.end(), T(1));
  return state;
}

template <typename T>
std::optional<BlastState<T>> blockDiagonalsStart(const Matrix<T> &a, const BlastShape &shape) {
  int64_t b1 = shape.b1, b2 = shape.b2, p = shape.p(), q = shape.q();
  int64_t diagonals = std::max(b1, b2);
  auto diagonal = [&](int64_t i, int64_t j) { return (j - i + diagonals) % diagonals; };

  // Block (i, j) as a product of evenly scaled factors, at most r triples.
  int64_t triples = std::min({p, q, shape.rank});
  std::vector<LowRankFactors<T>> blocks(b1 * b2);
  std::vector<std::vector<double>> gain(diagonals, std::vector<double>(triples));
  for (int64_t i = 0; i < b1; ++i)
    for (int64_t j = 0; j < b2; ++j) {
      Matrix<T> block(p, q);
      for (int64_t row = 0; row < p; ++row)
        std::copy_n(a.view().row(i * p + row) + j * q, q, block.view().row(row));
      std::optional<Svd<T>> svd = svdInPlace(std::move(block));
      if (!svd)
        return std::nullopt;
      for (int64_t t = 0; t < triples; ++t)
        gain[diagonal(i, j)][t] += double(svd->s[t]) * svd->s[t];
      blocks[i * b2 + j] = splitEvenly(*svd, triples);
    }

  // Gains fall along each diagonal, so taking the largest next gain is optimal.
  std::vector<int64_t> used(diagonals);
  BlastState<T> state(shape);
  for (int64_t lane = 0; lane < shape.rank; ++lane) {
    int64_t best = -1;
    for (int64_t d = 0; d < diagonals; ++d)
      if (used[d] < triples && (best < 0 || gain[d][used[d]] > gain[best][used[best]]))
        best = d;
    if (best < 0)
      break;
    int64_t t = used[best]++;
    for (int64_t i = 0; i < b1; ++i)
      for (int64_t j = 0; j < b2; ++j) {
        if (diagonal(i, j) != best)
          continue;
        const LowRankFactors<T> &block = blocks[i * b2 + j];
        for (int64_t row = 0; row < p; ++row)
          state.u(i * p + row, lane) = block.u(row, t);
        for (int64_t col = 0; col < q; ++col)
          state.vt(j * q + col, lane) = block.v(t, col);
        state.s(i * b2 + j, lane) = 1;
      }
  }
  return state;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template BlastState<T> randomStart(const BlastShape &, uint64_t, uint64_t);                      \
  template std::optional<BlastState<T>> lowRankStart(const Matrix<T> &, const BlastShape &,        \
                                                     uint64_t);                                    \
  template std::optional<BlastState<T>> blockDiagonalsStart(const Matrix<T> &, const BlastShape &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
