//===- Cases.h - what is measured -------------------------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_CASES_H
#define STRUCTLIN_BENCHMARKS_CPU_CASES_H

#include "Layer.h"

namespace structlin::benchmark {

/// How much is measured: a check that all of it runs, the tables' rows, or the papers'
/// cases up to a model of eight billion parameters as well.
enum class Extent { Quick, Default, Full };

/// A shape with the structures that are measured for it, beside dense.
struct Group {
  Shape shape;
  std::vector<Structure> structures;
};
std::vector<Group> getGroups(Extent extent);

/// Numbers of tokens, and whether the weights come from beyond the caches.
struct Tokens {
  int64_t m;
  bool cold;
};
std::vector<Tokens> getTokens(Extent extent);

/// The outputs in a panel of the factors. One packing serves all numbers of tokens.
int64_t getPanel(const Structure &structure, ElementType type, const kernels::Target &target);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_CASES_H
