//===- Matrix.h - dense row-major matrices ----------------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plain arrays every fit reads and writes. A weight W is n_out x n_in: rows
// are outputs.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_NUMERICS_MATRIX_H
#define STRUCTLIN_NUMERICS_MATRIX_H

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace structlin::numerics {

/// A non-owning row-major matrix; row i starts at data + i * stride. T may be
/// const.
template <typename T> struct MatrixView {
  T *data = nullptr;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t stride = 0;

  MatrixView() = default;
  MatrixView(T *data, int64_t rows, int64_t cols) : MatrixView(data, rows, cols, cols) {}
  MatrixView(T *data, int64_t rows, int64_t cols, int64_t stride)
      : data(data), rows(rows), cols(cols), stride(stride) {}

  T &operator()(int64_t i, int64_t j) const { return data[i * stride + j]; }
  T *row(int64_t i) const { return data + i * stride; }
  MatrixView block(int64_t i, int64_t j, int64_t height, int64_t width) const {
    return MatrixView(data + i * stride + j, height, width, stride);
  }

  /// A view one may write through is also one to read through.
  template <typename U = T, typename = std::enable_if_t<!std::is_const_v<U>>>
  operator MatrixView<const U>() const {
    return MatrixView<const U>(data, rows, cols, stride);
  }
};

/// An owning row-major matrix, zero on construction.
template <typename T> struct Matrix {
  int64_t rows = 0;
  int64_t cols = 0;
  std::vector<T> data;

  Matrix() = default;
  Matrix(int64_t rows, int64_t cols)
      : rows(rows), cols(cols), data(static_cast<std::size_t>(rows * cols)) {}

  T &operator()(int64_t i, int64_t j) { return data[i * cols + j]; }
  T operator()(int64_t i, int64_t j) const { return data[i * cols + j]; }
  MatrixView<T> view() { return MatrixView<T>(data.data(), rows, cols); }
  MatrixView<const T> view() const { return MatrixView<const T>(data.data(), rows, cols); }
  operator MatrixView<T>() { return view(); }
  operator MatrixView<const T>() const { return view(); }
};

/// The number of blocks of `size` that cover `total` elements.
inline int64_t ceilDiv(int64_t total, int64_t size) { return (total + size - 1) / size; }

} // namespace structlin::numerics

#endif // STRUCTLIN_NUMERICS_MATRIX_H
