//===- Candidates.cpp - schedules worth a try -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Candidates.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace structlin;
using namespace structlin::kernels;

/// Up to here a product takes about as long as its factors take to come from memory.
static constexpr int64_t kFewTokens = 64;

/// Register tiles that leave no register unused: for each width the most rows.
static std::vector<Schedule> getTiles(const ScheduleProblem &problem, int64_t tokens) {
  const Target &target = problem.target;
  ProductForm form = target.getProductForm(problem.type);
  int64_t width = form.usesTiles() ? form.columns : target.lanes(form.accumulator);
  std::vector<Schedule> tiles;
  auto isLegal = [&](const Schedule &schedule) {
    return checkSchedule(schedule, problem.type, target).empty();
  };
  for (int64_t across = 1; across <= 6; ++across) {
    // A panel wider than the outputs multiplies zeros. But masks of sparse kernels are whole
    // bytes, for which one vector may be too narrow.
    if (across > 1 && (across - 1) * width >= std::max<int64_t>(problem.outputs, 8))
      break;
    Schedule schedule;
    schedule.cols = across * width;
    int64_t step = form.usesTiles() ? 16 : 1, limit = form.usesTiles() ? 64 : 24;
    // One vector across is one load of x for each product, and each row has a pointer: more
    // rows than that leave no general register.
    if (across == 1 && !form.usesTiles())
      limit = 8;
    int64_t most = 0;
    for (schedule.rows = 1; schedule.rows <= limit; ++schedule.rows)
      if (isLegal(schedule) && (schedule.rows <= tokens || schedule.rows % step == 0))
        most = schedule.rows;
    // One token is a row of matrix registers that is loaded alone.
    if (form.usesTiles() && tokens == 1) {
      schedule.rows = 1;
      tiles.push_back(schedule);
    }
    if (most == 0)
      continue;
    schedule.rows = std::min(most, numPieces(tokens, step) * step);
    tiles.push_back(schedule);
    // A few rows fewer cut the tokens into tiles that are more equal.
    int64_t count = numPieces(tokens, schedule.rows);
    int64_t equal = numPieces(tokens, count);
    if (!form.usesTiles() && equal < schedule.rows) {
      schedule.rows = equal;
      tiles.push_back(schedule);
    }
  }
  return tiles;
}

/// Each of `schedules`, and as it is with `change`.
static void addVariants(std::vector<Schedule> &schedules,
                        llvm::function_ref<bool(Schedule &)> change) {
  for (size_t i = 0, size = schedules.size(); i < size; ++i)
    if (Schedule changed = schedules[i]; change(changed))
      schedules.push_back(changed);
}

std::vector<Schedule> structlin::getSchedules(const ScheduleProblem &problem,
                                              const Machine &machine) {
  ProductForm form = problem.target.getProductForm(problem.type);
  int64_t tokens = std::max<int64_t>(problem.tokens, 1), size = byteSize(problem.type);
  std::vector<Schedule> schedules = getTiles(problem, tokens);
  // A small tile has few sums to work on at once.
  if (tokens < 8 && !form.usesTiles())
    for (int64_t unroll : {2, 4, 8})
      addVariants(schedules, [&](Schedule &schedule) {
        if (schedule.unroll != 1)
          return false;
        schedule.unroll = unroll;
        return true;
      });
  // A few tokens wait for memory, which is fast for what is read in its order. What comes
  // next is prefetched: one token reads each panel once; several have time to fetch the
  // next one.
  if (tokens <= kFewTokens)
    for (Schedule &schedule : schedules)
      schedule.order = Order::Memory;
  if (tokens <= 4 && machine.ahead != 0)
    addVariants(schedules, [&](Schedule &schedule) { return schedule.ahead = machine.ahead; });
  if (tokens > 1 && tokens <= kFewTokens)
    addVariants(schedules, [](Schedule &schedule) {
      bool isNew = schedule.ahead == 0;
      return isNew && (schedule.nextPanel = true);
    });
  // A panel is read by each token tile: it should stay in the second cache.
  addVariants(schedules, [&](Schedule &schedule) {
    constexpr int64_t chunk = 1024;
    bool isLarge = schedule.cols * problem.inputs * size > machine.caches[1] / 2;
    if (!isLarge || tokens <= schedule.rows || problem.inputs <= chunk)
      return false;
    schedule.chunk = chunk / form.depth;
    return true;
  });
  // Inner results of a block of tokens stay in cache between stages, and so does x where
  // rows of blocks read it again and again; threads may share out blocks where there are
  // few outputs.
  constexpr int64_t block = 128;
  if (tokens > block)
    addVariants(schedules, [](Schedule &schedule) { return schedule.block = block; });
  if (tokens > kFewTokens) {
    int64_t fits = machine.caches[1] / 2 / (problem.inputs * byteSize(form.accumulator));
    addVariants(schedules, [&](Schedule &schedule) {
      bool isNew = schedule.block == 0 && fits < block;
      return isNew && (schedule.block = std::max(fits / schedule.rows, int64_t(1)) * schedule.rows);
    });
    addVariants(schedules, [](Schedule &schedule) {
      schedule.split = Split::Tokens;
      return schedule.block != 0;
    });
  }
  llvm::erase_if(schedules, [&](const Schedule &schedule) {
    return !checkSchedule(schedule, problem.type, problem.target).empty();
  });
  return schedules;
}

std::vector<Candidate>
structlin::getCandidates(const ScheduleProblem &problem, const Machine &machine, int64_t threads,
                         llvm::function_ref<std::optional<KernelCost>(const Schedule &)> costOf,
                         size_t limit) {
  auto predictTime = [&](const Schedule &schedule) -> std::optional<Prediction> {
    if (std::optional<KernelCost> cost = costOf(schedule))
      return predict(*cost, problem.target, machine, threads);
    return std::nullopt;
  };
  std::vector<Candidate> candidates;
  for (Schedule schedule : getSchedules(problem, machine)) {
    std::optional<Prediction> prediction = predictTime(schedule);
    if (!prediction)
      continue;
    // Most kernels have one order.
    if (schedule.order != Order::Panels) {
      Schedule other = schedule;
      other.order = Order::Panels;
      std::optional<Prediction> same = predictTime(other);
      if (same && same->time == prediction->time)
        schedule = other;
    }
    candidates.push_back({schedule, *prediction});
  }
  std::vector<size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t lhs, size_t rhs) {
    return std::pair(candidates[lhs].prediction.time, lhs) <
           std::pair(candidates[rhs].prediction.time, rhs);
  });
  std::vector<Candidate> sorted;
  for (size_t i : order)
    sorted.push_back(candidates[i]);
  // A parameter without a meaning for this kernel changes nothing.
  auto equal = [](const Candidate &lhs, const Candidate &rhs) {
    auto tile = [](const Schedule &s) { return std::make_tuple(s.rows, s.cols, s.unroll); };
    return lhs.prediction.time == rhs.prediction.time && tile(lhs.schedule) == tile(rhs.schedule);
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), equal), sorted.end());
  if (sorted.size() > limit)
    sorted.resize(limit);
  return sorted;
}
