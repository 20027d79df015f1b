//===- Peers.h - the dense libraries that kernels are compared with -*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_PEERS_H
#define STRUCTLIN_BENCHMARKS_CPU_PEERS_H

#include "Layer.h"

namespace structlin::benchmark {

/// y = x W^T of one type, for `copies` weights that lie in different memory.
struct DenseProblem {
  int64_t m, inputs, outputs;
  ElementType type;
  const void *x;
  void *y;
  /// Row-major, outputs x inputs.
  const HostTensor &w;
  int64_t copies;
};

struct Peer {
  /// "oneDNN (brg:avx2)"; empty where the peer cannot run the problem.
  std::string name;
  /// Computes with weight number `copy`.
  std::function<void(int64_t copy)> run;
};

Peer makeOpenBlas(const DenseProblem &problem, int threads);
/// The weight is packed once, in whatever order the library likes best.
Peer makeOneDnn(const DenseProblem &problem);
/// MLIR's sparsifier, in rows or in blocks; f32, on one thread.
Peer makeSparsifier(const Layer &layer, const kernels::Target &target, int64_t m, void *x, void *y,
                    int64_t copies);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_PEERS_H
