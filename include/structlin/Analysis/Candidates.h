//===- Candidates.h - schedules worth a try -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The schedules among which a kernel's is chosen: legal ones of the forms that are
// fast on some machine, fewer by their predicted times.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ANALYSIS_CANDIDATES_H
#define STRUCTLIN_ANALYSIS_CANDIDATES_H

#include "structlin/Analysis/Machine.h"
#include "structlin/Kernels/Schedule.h"

namespace structlin {

/// What schedules are made for: an x of m x inputs, elements of `type`.
struct ScheduleProblem {
  kernels::Target target;
  ElementType type = ElementType::F32;
  int64_t tokens = 1, inputs = 1, outputs = 1;
};

/// Legal schedules for `tokens` tokens of one or another of the forms that are fast
/// somewhere: which one depends on the machine.
std::vector<kernels::Schedule> getSchedules(const ScheduleProblem &problem, const Machine &machine);

/// A schedule and how long its kernel is expected to take.
struct Candidate {
  kernels::Schedule schedule;
  Prediction prediction;
};

/// The best `limit` schedules, best first. `costOf` counts the kernel under a schedule,
/// or gives nothing if the kernel cannot have it. Of schedules that are counted the
/// same, the first one stays.
std::vector<Candidate> getCandidates(
    const ScheduleProblem &problem, const Machine &machine, int64_t threads,
    llvm::function_ref<std::optional<kernels::KernelCost>(const kernels::Schedule &)> costOf,
    size_t limit = 16);

} // namespace structlin

#endif // STRUCTLIN_ANALYSIS_CANDIDATES_H
