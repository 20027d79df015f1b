//===- Schedule.h - the parameters of a kernel ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a kernel leaves open: sizes of register tiles, order of loops, how work is
// shared. Every legal schedule computes the same products; they differ in speed.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_SCHEDULE_H
#define STRUCTLIN_KERNELS_SCHEDULE_H

#include "structlin/Kernels/Builder.h"

namespace structlin::kernels {

/// What the threads of a team share out among them: blocks of tokens, each with all
/// outputs, or panels of outputs, each for all tokens.
enum class Split { Tokens, Outputs };

/// In which order a kernel works where there are two: panel of outputs by panel, whose
/// sums stay in registers, or as the factors lie in memory, whose sums wait in memory.
enum class Order { Panels, Memory };

struct Schedule {
  /// The register tile: tokens, and outputs.
  int64_t rows = 1;
  int64_t cols = 16;
  /// Steps of the reduction that go to accumulators of their own, which hides the
  /// latency of products where a tile is small.
  int64_t unroll = 1;
  /// Steps of the reduction between two passes over the tokens; 0: all of them.
  int64_t chunk = 0;
  /// Tokens that go through all stages of a kernel together; 0: all of them.
  int64_t block = 0;
  Split split = Split::Outputs;
  /// Bytes between what is read of a panel and what is prefetched of it; 0: nothing.
  int64_t ahead = 0;
  /// Whether each token tile prefetches its share of the next panel.
  bool nextPanel = false;
  Order order = Order::Panels;

  /// Whose memory holds what one stage hands to the next.
  Scope scope() const { return split == Split::Outputs ? Scope::Team : Scope::Thread; }

  friend bool operator==(const Schedule &lhs, const Schedule &rhs);
};

/// Why `schedule` cannot be used for products of `type` on `target`; empty if it can.
std::string checkSchedule(const Schedule &schedule, ElementType type, const Target &target);

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_SCHEDULE_H
