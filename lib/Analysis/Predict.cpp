//===- Predict.cpp - the time of a kernel ---------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A core computes and waits for memory at once; in straight code it is bound by
// whatever unit has most to do, or by sums that wait for each other.
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Machine.h"
#include <algorithm>
#include <cmath>

using namespace structlin;
using namespace structlin::kernels;

/// Flops of a product instruction, whose registers are used whole or not.
static double flopsOf(const ProductForm &form, const Target &target) {
  if (form.usesTiles())
    return 2.0 * 16 * 16 * form.depth;
  return 2.0 * target.lanes(form.accumulator) * form.group;
}

/// One run through the code, in ns.
static double timeOf(const StraightCode &code, const Target &target, const Machine &machine) {
  const Counts &c = code.once;
  double all = c.products + c.loads + c.stores + c.prefetches + c.conversions + c.expansions;
  double time = c.products * flopsOf(code.form, target) / machine.getGflops(code.form);
  time = std::max({time, c.loads / machine.loads, c.stores / machine.stores,
                   c.conversions / machine.conversions, all / machine.instructions});
  if (code.accumulators != 0)
    time = std::max(time, c.products / code.accumulators * machine.latency);
  return time + c.expansions * machine.expansion;
}

static double timeOf(const std::vector<StraightCode> &codes, const Target &target,
                     const Machine &machine) {
  double time = 0;
  for (const StraightCode &code : codes)
    time += timeOf(code, target, machine) * code.times;
  return time;
}

/// The slowest way of data into one of the caches.
static double memoryTime(const KernelCost &cost, const Machine &machine, int64_t threads,
                         bool isCold) {
  double time = 0;
  for (int i = 0; i < kNumCaches; ++i) {
    // What was used before is still in a cache that holds it all.
    bool isResident = !isCold && cost.footprint <= machine.caches[i];
    double rate = std::min(machine.bandwidth[i] * threads, machine.sharedBandwidth[i]);
    if (threads == 1)
      rate = machine.bandwidth[i];
    if (!isResident)
      time = std::max(time, cost.traffic[i] / rate);
  }
  return time;
}

Prediction structlin::predict(const KernelCost &cost, const Target &target, const Machine &machine,
                              int64_t threads, bool isCold) {
  Prediction prediction;
  threads = std::max<int64_t>(1, std::min(threads, machine.cores));
  prediction.compute = timeOf(cost.serial, target, machine);
  for (const Section &section : cost.sections) {
    // The last pieces leave threads without work.
    double rounds = std::ceil(section.pieces / threads), share = rounds / section.pieces;
    prediction.compute += timeOf(section.codes, target, machine) * section.times * share;
  }
  prediction.memory = memoryTime(cost, machine, threads, isCold);
  prediction.overhead = machine.call;
  if (threads > 1)
    prediction.overhead += machine.region + cost.barriers() * machine.barrier;
  // Prefetching hides most of what would be waited for.
  double waiting = machine.exposed * (cost.total().prefetches != 0 ? 0.2 : 1);
  auto [less, more] = std::minmax(prediction.compute, prediction.memory);
  prediction.time = more + waiting * less + prediction.overhead;
  return prediction;
}
