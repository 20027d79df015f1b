//===- Problems.h - problems for tests of kernels ---------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrices of small integers, so that every type holds every intermediate exactly,
// and a kernel has to give the naive result bit for bit.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_KERNELS_PROBLEMS_H
#define STRUCTLIN_TEST_KERNELS_PROBLEMS_H

#include "structlin/Kernels/Eval.h"
#include "structlin/Kernels/Kernels.h"
#include "structlin/Kernels/PanelLayout.h"
#include <functional>
#include <gtest/gtest.h>

namespace structlin::kernels::test {

/// rows x cols, row-major.
struct Matrix {
  int64_t rows, cols;
  std::vector<double> data;

  Matrix(int64_t rows, int64_t cols) : rows(rows), cols(cols), data(rows * cols) {}
  double &operator()(int64_t i, int64_t j) { return data[i * cols + j]; }
  double operator()(int64_t i, int64_t j) const { return data[i * cols + j]; }
};

using Random = std::mt19937;

/// Integers from -2 to 2, of which a share `density` is drawn and the rest zero.
inline Matrix randomMatrix(int64_t rows, int64_t cols, Random &random, double density = 1) {
  Matrix matrix(rows, cols);
  std::uniform_int_distribution<int> value(-2, 2);
  std::bernoulli_distribution drawn(density);
  for (double &x : matrix.data)
    x = drawn(random) ? value(random) : 0;
  return matrix;
}

/// x W^T.
inline Matrix multiply(const Matrix &x, const Matrix &w) {
  Matrix y(x.rows, w.rows);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < w.rows; ++j)
      for (int64_t t = 0; t < x.cols; ++t)
        y(i, j) += x(i, t) * w(j, t);
  return y;
}

/// Rows [i, i + height) and columns [j, j + width), zero beyond the matrix.
inline Matrix block(const Matrix &matrix, int64_t i, int64_t j, int64_t height, int64_t width) {
  Matrix result(height, width);
  for (int64_t a = 0; a < height && i + a < matrix.rows; ++a)
    for (int64_t b = 0; b < width && j + b < matrix.cols; ++b)
      result(a, b) = matrix(i + a, j + b);
  return result;
}

/// The elements of `w`, packed.
inline std::vector<double> pack(const Matrix &w, const PanelLayout &layout) {
  std::vector<double> packed(layout.numPanels(w.rows) * layout.numSteps(w.cols) *
                             layout.stepSize());
  forEachPacked(layout, w.rows, w.cols,
                [&](int64_t i, int64_t row, int64_t t) { packed[i] = w(row, t); });
  return packed;
}

inline Array makeArray(ElementType type, std::vector<int64_t> shape, std::vector<double> data) {
  Array array(type, std::move(shape));
  EXPECT_EQ(array.data.size(), data.size());
  array.data = std::move(data);
  return array;
}

/// What a kernel runs on: a target, the type of all operands, a schedule, a shape.
struct Setting {
  Target target;
  ElementType type;
  Schedule schedule;
  int64_t m, inputs, outputs;

  PanelLayout layout() const {
    return PanelLayout::get(target.getProductForm(type), schedule.cols);
  }
};

/// Legal schedules for the target and type that differ in each parameter, with shapes
/// around the sizes of tiles, empty ones included.
std::vector<Setting> getSettings(const Target &target, ElementType type);

/// A problem with its result, for any interpreter.
struct Problem {
  std::string name;
  Setting setting;
  std::vector<Array> inputs;
  Matrix expected;
  /// Writes the kernel for `m` tokens, given the inputs' buffers in order.
  std::function<void(Builder &, llvm::ArrayRef<Buffer>, Index m)> build;
};

Problem makeDense(const Setting &setting, Random &random);
Problem makeLowRank(const Setting &setting, Random &random, int64_t rank = 5);
Problem makeBlast(const Setting &setting, Random &random, int64_t b1, int64_t b2, int64_t rank = 3);
Problem makeBlockSparse(const Setting &setting, Random &random, int64_t height, int64_t width);
Problem makeSparse(const Setting &setting, Random &random);
Problem makeLowRankSparse(const Setting &setting, Random &random, int64_t rank = 4);

/// The problems of all families for `setting`.
std::vector<Problem> makeProblems(const Setting &setting, Random &random);

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_KERNELS_PROBLEMS_H
