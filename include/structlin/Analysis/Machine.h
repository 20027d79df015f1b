//===- Machine.h - how fast a machine is ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rates from which the time of a kernel is computed. Each target has defaults; a
// machine that was measured has a file of its own.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ANALYSIS_MACHINE_H
#define STRUCTLIN_ANALYSIS_MACHINE_H

#include "structlin/Kernels/Cost.h"
#include "llvm/Support/Error.h"

namespace structlin {

struct Machine {
  /// The target whose kernels it runs (structlin/Kernels/Target.h).
  std::string target;
  int64_t cores = 1;
  /// Bytes in each cache, innermost first.
  std::array<int64_t, kernels::kNumCaches> caches{};
  /// Bytes that it pays to prefetch ahead of what is read once; 0 where the machine sees to
  /// that by itself.
  int64_t ahead = 0;
  /// GB/s at which data comes into each cache from beyond it, to one core, and to all.
  std::array<double, kernels::kNumCaches> bandwidth{}, sharedBandwidth{};
  /// GFLOP/s of a core by the form of products (getFormName).
  std::map<std::string, double> gflops;
  /// Instructions per ns of a core: loads, stores, widenings and roundings, all.
  double loads = 1, stores = 1, conversions = 1, instructions = 1;
  /// ns until a product's sum can be added to; to expand a vector by a mask; for a call;
  /// for threads to start, and to wait for each other.
  double latency = 0, expansion = 0, call = 0, region = 0, barrier = 0;
  /// What is waited for of the lesser of computing and memory, where nothing is
  /// prefetched: from 0 (all of it is hidden) to 1.
  double exposed = 0;

  double getGflops(const kernels::ProductForm &form) const;

  /// A machine as they usually are for the target.
  static Machine getDefault(const kernels::Target &target);
  /// Reads what `print` wrote. Fields that are not there have the target's defaults.
  /// Errors say where in the text they are.
  static llvm::Expected<Machine> parse(llvm::StringRef text);
  std::string print() const;
};

/// "f32", "f64" or "i32" by what is accumulated in; with the elements that are summed
/// at once ("bf16x2", "i8x4"), or on matrix registers ("bf16x32", "i8x64").
std::string getFormName(const kernels::ProductForm &form);

/// The time of a kernel, in ns, and what it is made of.
struct Prediction {
  double time = 0;
  double compute = 0, memory = 0, overhead = 0;
};

/// What a kernel takes on `threads` of the machine's cores. `isCold` says that what it
/// reads first is in memory and in no cache.
Prediction predict(const kernels::KernelCost &cost, const kernels::Target &target,
                   const Machine &machine, int64_t threads = 1, bool isCold = true);

} // namespace structlin

#endif // STRUCTLIN_ANALYSIS_MACHINE_H
