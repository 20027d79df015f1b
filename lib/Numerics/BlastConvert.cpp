//===- BlastConvert.cpp - public BLAST factors and solver states ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BlastConvert.h.
//
//===----------------------------------------------------------------------===//

#include "BlastConvert.h"

#include "Blas.h"

#include <algorithm>
#include <cmath>

namespace structlin::numerics {

template <typename T>
BlastFactors<T>::BlastFactors(BlastShape shape)
    : shape(shape), u(shape.b1 * shape.p() * shape.rank), s(shape.b1 * shape.b2 * shape.rank),
      v(shape.b2 * shape.rank * shape.q()) {}

template <typename T> MatrixView<T> BlastFactors<T>::uBlock(int64_t i) {
  return {u.data() + i * shape.p() * shape.rank, shape.p(), shape.rank};
}
template <typename T> MatrixView<const T> BlastFactors<T>::uBlock(int64_t i) const {
  return const_cast<BlastFactors *>(this)->uBlock(i);
}
template <typename T> MatrixView<T> BlastFactors<T>::vBlock(int64_t j) {
  return {v.data() + j * shape.rank * shape.q(), shape.rank, shape.q()};
}
template <typename T> MatrixView<const T> BlastFactors<T>::vBlock(int64_t j) const {
  return const_cast<BlastFactors *>(this)->vBlock(j);
}
template <typename T> T *BlastFactors<T>::coupling(int64_t i, int64_t j) {
  return s.data() + (i * shape.b2 + j) * shape.rank;
}
template <typename T> const T *BlastFactors<T>::coupling(int64_t i, int64_t j) const {
  return const_cast<BlastFactors *>(this)->coupling(i, j);
}

template <typename T>
BlastFactors<T> fromState(const BlastShape &shape, const BlastState<T> &state) {
  BlastFactors<T> factors(shape);
  factors.u = state.u.data;
  factors.s = state.s.data;
  for (int64_t j = 0; j < shape.b2; ++j)
    for (int64_t k = 0; k < shape.rank; ++k)
      for (int64_t col = 0; col < shape.q(); ++col)
        factors.vBlock(j)(k, col) = state.vt(j * shape.q() + col, k);
  return factors;
}

template <typename T> BlastState<T> toState(const BlastFactors<T> &factors) {
  const BlastShape &shape = factors.shape;
  BlastState<T> state(shape);
  state.u.data = factors.u;
  state.s.data = factors.s;
  for (int64_t j = 0; j < shape.b2; ++j)
    for (int64_t k = 0; k < shape.rank; ++k)
      for (int64_t col = 0; col < shape.q(); ++col)
        state.vt(j * shape.q() + col, k) = factors.vBlock(j)(k, col);
  return state;
}

namespace {

/// The binary exponent of the largest of `count` values; 0 if all are zero.
template <typename T> int peakExponent(const T *values, int64_t count, int64_t stride) {
  T peak = 0;
  for (int64_t i = 0; i < count; ++i)
    peak = std::max(peak, std::abs(values[i * stride]));
  int exponent = 0;
  if (peak > 0)
    std::frexp(peak, &exponent);
  return exponent;
}

template <typename T> void scale(T *values, int64_t count, int64_t stride, int exponent) {
  for (int64_t i = 0; i < count; ++i)
    values[i * stride] = std::ldexp(values[i * stride], exponent);
}

} // namespace

template <typename T> void balance(BlastFactors<T> &factors, int exponent) {
  const BlastShape &shape = factors.shape;
  int64_t b1 = shape.b1, b2 = shape.b2, r = shape.rank;
  int64_t p = shape.p(), q = shape.q();
  for (int64_t k = 0; k < r; ++k) {
    for (int64_t i = 0; i < b1; ++i) {
      T *column = factors.uBlock(i).data + k;
      int e = peakExponent(column, p, r);
      scale(column, p, r, -e);
      scale(factors.coupling(i, 0) + k, b2, r, e);
    }
    for (int64_t j = 0; j < b2; ++j) {
      T *row = factors.vBlock(j).row(k);
      int e = peakExponent(row, q, 1);
      scale(row, q, 1, -e);
      scale(factors.coupling(0, j) + k, b1, b2 * r, e);
    }
    int lane = peakExponent(factors.s.data() + k, b1 * b2, r);
    int share = (lane + exponent) / 3;
    for (int64_t i = 0; i < b1; ++i)
      scale(factors.uBlock(i).data + k, p, r, share);
    for (int64_t j = 0; j < b2; ++j)
      scale(factors.vBlock(j).row(k), q, 1, share);
    scale(factors.s.data() + k, b1 * b2, r, exponent - 2 * share);
  }
}

template <typename T> Matrix<T> reconstruct(const BlastFactors<T> &factors) {
  const BlastShape &shape = factors.shape;
  int64_t p = shape.p(), q = shape.q(), r = shape.rank;
  Matrix<T> result(shape.nOut, shape.nIn);
  Matrix<T> scaled(p, r);
  for (int64_t i = 0; i < shape.b1; ++i)
    for (int64_t j = 0; j < shape.b2; ++j) {
      int64_t height = std::min(p, shape.nOut - i * p);
      int64_t width = std::min(q, shape.nIn - j * q);
      if (height <= 0 || width <= 0)
        continue;
      const T *s = factors.coupling(i, j);
      for (int64_t row = 0; row < height; ++row)
        for (int64_t k = 0; k < r; ++k)
          scaled(row, k) = factors.uBlock(i)(row, k) * s[k];
      gemm<T>(Op::None, Op::None, 1, scaled.view().block(0, 0, height, r),
              factors.vBlock(j).block(0, 0, r, width), 0,
              result.view().block(i * p, j * q, height, width));
    }
  return result;
}

#define STRUCTLIN_INSTANTIATE(T)                                                                   \
  template struct BlastFactors<T>;                                                                 \
  template BlastFactors<T> fromState(const BlastShape &, const BlastState<T> &);                   \
  template BlastState<T> toState(const BlastFactors<T> &);                                         \
  template void balance(BlastFactors<T> &, int);                                                   \
  template Matrix<T> reconstruct(const BlastFactors<T> &);
STRUCTLIN_INSTANTIATE(float)
STRUCTLIN_INSTANTIATE(double)
#undef STRUCTLIN_INSTANTIATE

} // namespace structlin::numerics
