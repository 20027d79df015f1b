//===- Layer.h - layers with random factors ---------------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer in one structure: its factors, packed as the kernel takes them, the kernel,
// and the rows of the dense weight that it stands for, to check results by.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_LAYER_H
#define STRUCTLIN_BENCHMARKS_CPU_LAYER_H

#include "structlin/Archive/HostTensor.h"
#include "structlin/Kernels/Kernels.h"
#include <functional>
#include <vector>

namespace structlin::benchmark {

/// inputs -> outputs.
struct Shape {
  int64_t inputs, outputs;

  friend bool operator==(Shape lhs, Shape rhs) {
    return lhs.inputs == rhs.inputs && lhs.outputs == rhs.outputs;
  }
};

/// A structure with its parameters, as a row of the tables names it.
struct Structure {
  enum class Family { Dense, LowRank, Blast, BlockSparse, Sparse, LowRankSparse };
  Family family = Family::Dense;
  /// Ranks, and BLAST's number of blocks in each direction.
  int64_t rank = 0, blocks = 0;
  /// Block-sparse: height and width of a block.
  int64_t height = 0, width = 0;
  /// The share of blocks or elements that are not zero.
  double density = 1;
  /// n of every m in a row, where m is not 0; `density` is n / m.
  int64_t n = 0, m = 0;

  /// "block-sparse 32x32, 10% kept".
  std::string name() const;
};

struct Layer {
  Shape shape;
  ElementType type;
  Structure structure;
  /// Stored parameters over those of the dense weight.
  double keep = 1;
  std::vector<HostTensor> factors;
  /// Writes the kernel; `operands` are x and the factors in order.
  std::function<void(kernels::Builder &, llvm::ArrayRef<kernels::Buffer> operands, kernels::Index m,
                     const kernels::Schedule &)>
      build;
  /// Row `output` of the weight.
  std::function<std::vector<float>(int64_t output)> row;

  size_t bytes() const;
};

/// A layer with random factors for `target`, packed in panels of `cols` outputs.
Layer makeLayer(Shape shape, ElementType type, const Structure &structure,
                const kernels::Target &target, int64_t cols, unsigned seed);

/// rows x cols numbers in [-1, 1), rounded to `type`.
/// Which blocks of a block-sparse weight are stored, in rows of blocks.
struct Pattern {
  HostTensor indices, offsets;
};
/// A share `density` of rows x cols blocks, at least one.
Pattern randomPattern(int64_t rows, int64_t cols, double density, unsigned seed);

HostTensor randomTensor(ElementType type, int64_t rows, int64_t cols, unsigned seed);
/// Element `index` of a tensor of f32, bf16 or f16.
float read(const HostTensor &tensor, int64_t index);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_LAYER_H
