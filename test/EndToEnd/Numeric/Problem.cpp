//===- Problem.cpp - values and results -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What does not depend on the family.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"
#include <cmath>

using namespace structlin;
using namespace structlin::test;

llvm::ArrayRef<Types> test::allTypes() {
  using E = ElementType;
  // Every element type as input, and every combination of the other types that
  // rounds differently: mid narrower than acc or not, init narrower than acc or not.
  static const Types types[] = {
      {"f64", E::F64, E::F64, E::F64, std::nullopt, E::I64},
      {"f32", E::F32, E::F32, E::F32, std::nullopt, E::I32},
      {"f16", E::F16, E::F16, E::F32, E::F16, E::I32},
      {"bf16", E::BF16, E::BF16, E::F32, E::BF16, E::I64},
      {"bf16_f32", E::BF16, E::F32, E::F32, std::nullopt, E::I32},
      {"i8_i32", E::I8, E::I32, E::I32, std::nullopt, E::I32},
      {"i16_i64", E::I16, E::I64, E::I64, E::I32, E::I64},
      {"i32", E::I32, E::I32, E::I32, std::nullopt, E::I32},
      {"i64", E::I64, E::I64, E::I64, std::nullopt, E::I64},
  };
  return types;
}

double test::unitRoundoff(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return std::ldexp(1.0, -53);
  case ElementType::F32:
    return std::ldexp(1.0, -24);
  case ElementType::F16:
    return std::ldexp(1.0, -11);
  case ElementType::BF16:
    return std::ldexp(1.0, -8);
  default:
    return 0.0;
  }
}

std::vector<double> Values::draw(int64_t count, double density) {
  std::vector<double> values(count, 0.0);
  std::uniform_real_distribution<double> real(-1.0, 1.0), chance(0.0, 1.0);
  std::uniform_int_distribution<int> sign(0, 1);
  for (double &value : values)
    if (density >= 1.0 || chance(engine) < density)
      value = data == Data::Integers ? 2 * sign(engine) - 1 : real(engine);
  return values;
}

bool Values::stores(double probability) {
  return std::uniform_real_distribution<double>(0.0, 1.0)(patternEngine) < probability;
}

/// init + x W^T with every number replaced by what `map` makes of it.
template <typename Map>
static Dense multiply(const Problem &problem, const Dense &weight, Map map) {
  const Shape &shape = problem.shape;
  std::vector<double> x = problem.x.toDoubles(), init = problem.init.toDoubles();
  // The innermost loop runs along the outputs, which the C++ compiler can vectorize.
  Dense transposed(shape.numInputs, shape.numOutputs), y(shape.m, shape.numOutputs);
  for (int64_t o = 0; o < shape.numOutputs; ++o)
    for (int64_t i = 0; i < shape.numInputs; ++i)
      transposed.at(i, o) = weight.at(o, i);
  for (int64_t t = 0; t < shape.m; ++t) {
    double *row = &y.entries[t * shape.numOutputs];
    for (int64_t o = 0; o < shape.numOutputs; ++o)
      row[o] = map(init[t * shape.numOutputs + o]);
    for (int64_t i = 0; i < shape.numInputs; ++i) {
      double factor = map(x[t * shape.numInputs + i]);
      const double *column = &transposed.entries[i * shape.numOutputs];
      for (int64_t o = 0; o < shape.numOutputs; ++o)
        row[o] += factor * column[o];
    }
  }
  return y;
}

Dense test::computeExact(const Problem &problem) {
  return multiply(problem, problem.weight, [](double value) { return value; });
}

Dense test::computeScale(const Problem &problem) {
  return multiply(problem, problem.absoluteWeight, [](double value) { return std::fabs(value); });
}
