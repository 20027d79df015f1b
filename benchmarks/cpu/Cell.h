//===- Cell.h - everything that runs one dense product ----------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cell is a shape, a type, a number of tokens and of threads, and where the weights
// come from. In it race the dense libraries, our dense kernel, and every structure.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_CELL_H
#define STRUCTLIN_BENCHMARKS_CPU_CELL_H

#include "Cases.h"
#include "Compile.h"
#include "Race.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace structlin::benchmark {

/// A layer with its kernels by schedule, kept for all cells of a shape.
class Entrant {
public:
  Entrant(Shape shape, ElementType type, const Structure &structure, const kernels::Target &target);

  const Layer &getLayer() const { return layer; }
  const kernels::Target &getTarget() const { return target; }
  /// A contender for m tokens on `threads` threads, whose calls go through `copies` of the
  /// factors, under the schedule that the compiler chooses.
  Contender enter(int64_t m, int threads, void *x, void *y, int64_t copies);
  /// How far y is from the naive product, over what rounding explains; 1 is the limit.
  double check(int64_t m, const HostTensor &x, const HostTensor &y) const;

private:
  Layer layer;
  kernels::Target target;
  std::vector<std::pair<kernels::Schedule, CompiledKernel>> kernels;
};

struct Cell {
  Shape shape;
  ElementType type;
  Tokens tokens;
  int threads;

  /// "768x3072 bf16 m16 T1 cold".
  std::string key() const;
};

/// How many copies of `bytes` go around, so that cold ones are in no cache at their turn.
int64_t countCopies(Tokens tokens, size_t bytes);

/// What races in one cell, and what there is to say of each.
class Race {
public:
  /// `facts` has the kind, the keep and the bytes of the contender.
  void add(Contender contender, llvm::json::Object facts);
  Contender &back() { return contenders.back(); }
  /// Races, and completes `cell` by the load of the system and each contender's seconds.
  llvm::json::Object run(llvm::json::Object cell, const RaceOptions &options);

private:
  std::vector<Contender> contenders;
  std::vector<llvm::json::Object> facts;
};

/// What results say of a contender: "library", "dense", "structured" or "sparsifier".
llvm::json::Object describe(llvm::StringRef kind, double keep, size_t bytes);

/// Runs the cell. The result has each contender's seconds, round by round. Entrants
/// that compute something wrong are named in `wrong`.
llvm::json::Object runCell(const Cell &cell, std::vector<Entrant> &entrants,
                           const HostTensor &weight, const RaceOptions &options,
                           std::vector<std::string> &wrong);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_CELL_H
