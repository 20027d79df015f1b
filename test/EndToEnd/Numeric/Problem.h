//===- Problem.h - structured products with known results -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One product of one family: its operands, the text of its operation, and the dense
// weight that its factors stand for, computed from their definition in docs/Spec.md
// and from nothing of the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_NUMERIC_PROBLEM_H
#define STRUCTLIN_TEST_NUMERIC_PROBLEM_H

#include "structlin/Archive/HostTensor.h"
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace structlin::test {

/// The types of one product. `mid` is empty for the default.
struct Types {
  const char *name;
  ElementType element;
  ElementType init;
  ElementType acc;
  std::optional<ElementType> mid;
  ElementType index;

  ElementType midOrAcc() const { return mid.value_or(acc); }
};

llvm::ArrayRef<Types> allTypes();

/// Relative spacing of a float type: half the distance from 1 to the next number.
/// 0 for integers.
double unitRoundoff(ElementType type);

struct Shape {
  const char *name;
  int64_t m, numOutputs, numInputs;
  /// The compiled function leaves m open.
  bool isDynamic = false;
};

/// What the values are drawn from: small integers, on which every step is exact, or
/// reals.
enum class Data { Integers, Reals };

/// Draws values, and sparsity patterns that do not depend on the kind of values.
class Values {
public:
  Values(Data data, uint32_t seed) : data(data), engine(seed), patternEngine(seed) {}

  /// `count` values, each other than zero with probability `density`.
  std::vector<double> draw(int64_t count, double density = 1.0);
  /// Whether a pattern stores something, with probability `probability`.
  bool stores(double probability);
  Data kind() const { return data; }

private:
  Data data;
  std::mt19937 engine, patternEngine;
};

/// A dense matrix in double, row by row.
struct Dense {
  int64_t numRows, numColumns;
  std::vector<double> entries;

  Dense(int64_t numRows, int64_t numColumns)
      : numRows(numRows), numColumns(numColumns), entries(numRows * numColumns, 0.0) {}
  double &at(int64_t i, int64_t j) { return entries[i * numColumns + j]; }
  double at(int64_t i, int64_t j) const { return entries[i * numColumns + j]; }
};

struct Problem {
  Types types;
  Shape shape;
  /// Operands of the function: x, then `factors`, then init.
  HostTensor x, init;
  std::vector<HostTensor> factors;
  /// Operations of the function's body, from %x, %f0.. and %init to %y; `TAG` stands
  /// for the attribute by which a tiling script finds a product.
  std::string body;
  /// W', and the product of the absolute factors.
  Dense weight, absoluteWeight;
  /// The longest sum.
  int64_t sumLength;
};

/// A family of structures as the suite sees it.
struct Family {
  const char *name;
  Problem (*make)(const Types &types, const Shape &shape, Values &values);
  /// Tile sizes over (tokens, output blocks, rows in a block) that are legal.
  std::string (*tiles)(const Shape &shape);
  /// Tile sizes of a consumer over (tokens, outputs) into which it can be fused.
  std::string (*consumerTiles)(const Shape &shape);
};

llvm::ArrayRef<Family> allFamilies();

/// The exact result, before it is rounded to the type of init.
Dense computeExact(const Problem &problem);

/// |init| + |x| |W|^T.
Dense computeScale(const Problem &problem);

} // namespace structlin::test

#endif // STRUCTLIN_TEST_NUMERIC_PROBLEM_H
