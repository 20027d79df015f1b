//===- Families.h - one product of each family ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products of every family with the values of their factors, and what they compute.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_CODEGEN_FAMILIES_H
#define STRUCTLIN_TEST_CODEGEN_FAMILIES_H

#include "structlin/Archive/HostTensor.h"
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace mlir::structlin::test {

using ::structlin::ElementType;
using ::structlin::HostTensor;
using Random = std::mt19937;

struct Matrix {
  int64_t rows, cols;
  std::vector<double> data;

  Matrix(int64_t rows, int64_t cols) : rows(rows), cols(cols), data(rows * cols) {}
  double &operator()(int64_t i, int64_t j) { return data[i * cols + j]; }
  double operator()(int64_t i, int64_t j) const { return data[i * cols + j]; }
};

/// A structured product in a function of a module.
struct Problem {
  std::string family;
  std::string text;
  ElementType type;
  int64_t inputs, outputs;
  std::vector<HostTensor> factors;
  /// W.
  Matrix weight;

  /// x of `m` tokens.
  HostTensor makeInput(int64_t m) const;
  /// x W^T.
  Matrix multiply(int64_t m) const;
};

/// Every family, in several ragged sizes, with factors of `type`. Offsets do not start
/// at 0, rows are empty, and inner results are rounded to `type` or not at all.
std::vector<Problem> makeProblems(ElementType type, Random &random);

} // namespace mlir::structlin::test

#endif // STRUCTLIN_TEST_CODEGEN_FAMILIES_H
