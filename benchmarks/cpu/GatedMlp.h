//===- GatedMlp.h - the gated MLP of a transformer --------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_GATEDMLP_H
#define STRUCTLIN_BENCHMARKS_CPU_GATEDMLP_H

#include "Cell.h"

namespace structlin::benchmark {

/// `width` inputs and outputs, `inner` in between.
struct MlpShape {
  int64_t width, inner;
};

/// "mlp2048x8192 f32 m16 T1 cold".
std::string getMlpKey(MlpShape shape, ElementType type, Tokens tokens, int threads);

/// Runs the MLP dense and with 10% and 5% of its blocks of 32 x 32, as runCell does a layer.
llvm::json::Object runMlpCell(MlpShape shape, ElementType type, Tokens tokens, int threads,
                              const RaceOptions &options, std::vector<std::string> &wrong);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_GATEDMLP_H
