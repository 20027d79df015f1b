//===- Race.h - times of several programs, taken in turn --------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The speed of a machine drifts by more than what kernels differ in. So all contenders
// run in turn, round by round, and what counts is the median of the ratios within a
// round. A contender's time in a round is that of its fastest call: what another
// process or the hypervisor takes away is no property of a kernel.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_RACE_H
#define STRUCTLIN_BENCHMARKS_CPU_RACE_H

#include <functional>
#include <string>
#include <vector>

namespace structlin::benchmark {

struct Contender {
  std::string name;
  /// Weights that calls go through one after the other.
  int64_t copies = 1;
  std::function<void(int64_t copy)> run;
  /// Seconds, one per round.
  std::vector<double> seconds;
  int64_t next = 0;
};

struct RaceOptions {
  int rounds = 9;
  /// What a contender takes of a round, at least, if a call takes less.
  double secondsPerTurn = 0.004;
  /// Whether calls run on the caller's thread alone: time is then what that thread had of
  /// its core, and other processes of a busy machine do not count.
  bool oneThread = false;
  /// Between two turns: threads of a library's pool wait actively for a while.
  double pause = 0;
};

void race(std::vector<Contender> &contenders, const RaceOptions &options);

/// A median with the interval that holds it with a probability of 95%.
struct Median {
  double value = 0, low = 0, high = 0;
};
Median medianOf(std::vector<double> values);
/// Of a.seconds over b.seconds, round by round: how many times b is faster.
Median ratio(const Contender &a, const Contender &b);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_RACE_H
