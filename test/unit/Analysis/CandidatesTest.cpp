//===- CandidatesTest.cpp - schedules for every target and size -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Candidates.h"
#include "structlin/Kernels/Kernels.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

using namespace structlin;
using namespace structlin::kernels;

namespace {

ScheduleProblem makeProblem(llvm::StringRef target, ElementType type, int64_t tokens,
                            int64_t inputs, int64_t outputs) {
  return {*Target::get(target), type, tokens, inputs, outputs};
}

std::vector<Schedule> schedulesFor(const ScheduleProblem &problem) {
  return getSchedules(problem, Machine::getDefault(problem.target));
}

std::optional<KernelCost> costOfDense(const ScheduleProblem &p, const Schedule &schedule) {
  Cost cost(p.target, Machine::getDefault(p.target).caches, p.type);
  PanelLayout layout = PanelLayout::get(p.target.getProductForm(p.type), schedule.cols);
  auto shape = layout.packedShape(p.outputs, p.inputs);
  Index m = cost.add(p.tokens);
  Buffer x = cost.add(p.type, {m, p.inputs});
  Buffer w = cost.add(p.type, {shape[0], shape[1], shape[2]});
  buildDense(cost, {m, p.inputs, p.outputs, x, w}, schedule);
  return cost.get();
}

std::vector<Candidate> candidatesFor(const ScheduleProblem &problem) {
  return getCandidates(problem, Machine::getDefault(problem.target), 1,
                       [&](const Schedule &schedule) { return costOfDense(problem, schedule); });
}

TEST(Candidates, AreLegalAndNotEmpty) {
  for (const char *target : {"avx2", "avx512", "avx512_bf16", "amx", "neon"})
    for (ElementType type :
         {ElementType::F32, ElementType::F64, ElementType::BF16, ElementType::F16, ElementType::I8})
      for (int64_t tokens : {0, 1, 3, 16, 200})
        for (int64_t outputs : {1, 40, 4096}) {
          ScheduleProblem problem = makeProblem(target, type, tokens, 4096, outputs);
          std::vector<Schedule> schedules = schedulesFor(problem);
          EXPECT_FALSE(schedules.empty()) << target << " " << tokens << " " << outputs;
          for (const Schedule &schedule : schedules)
            EXPECT_EQ(checkSchedule(schedule, type, problem.target), "");
        }
}

TEST(Candidates, HaveTheFormsThatAreFast) {
  auto has = [](const std::vector<Schedule> &schedules, auto predicate) {
    return llvm::any_of(schedules, predicate);
  };
  auto avx512 = [](int64_t tokens) {
    return schedulesFor(makeProblem("avx512", ElementType::F32, tokens, 4096, 4096));
  };
  EXPECT_TRUE(has(avx512(128), [](const Schedule &s) { return s.rows == 6 && s.cols == 64; }));
  EXPECT_TRUE(has(avx512(144), [](const Schedule &s) { return s.rows >= 12 && s.cols == 32; }));
  EXPECT_TRUE(has(avx512(16), [](const Schedule &s) { return s.rows == 8 && s.nextPanel; }));
  EXPECT_TRUE(has(avx512(1), [](const Schedule &s) { return s.unroll == 4 && s.ahead == 2048; }));
  EXPECT_TRUE(has(avx512(128), [](const Schedule &s) { return s.chunk == 1024; }));
  EXPECT_TRUE(has(avx512(512), [](const Schedule &s) { return s.block == 128; }));
  EXPECT_TRUE(has(avx512(128), [](const Schedule &s) { return s.rows == 6 && s.block == 30; }));
  EXPECT_TRUE(has(avx512(16), [](const Schedule &s) { return s.order == Order::Memory; }));
  EXPECT_FALSE(has(avx512(128), [](const Schedule &s) { return s.order == Order::Memory; }));
  EXPECT_FALSE(has(avx512(48), [](const Schedule &s) { return s.block != 0; }));
  auto avx2 = schedulesFor(makeProblem("avx2", ElementType::F32, 16, 4096, 4096));
  EXPECT_FALSE(has(avx2, [](const Schedule &s) { return s.cols == 8 && s.rows > 8; }));
  EXPECT_FALSE(has(avx512(1), [](const Schedule &s) { return s.rows != 1 || s.nextPanel; }));
  auto amx = schedulesFor(makeProblem("amx", ElementType::BF16, 128, 4096, 4096));
  EXPECT_TRUE(has(amx, [](const Schedule &s) { return s.rows == 32 && s.cols == 32; }));
}

TEST(Candidates, AreFewAndBestFirst) {
  for (int64_t tokens : {1, 16, 128, 512}) {
    auto candidates = candidatesFor(makeProblem("avx2", ElementType::F32, tokens, 768, 3072));
    ASSERT_FALSE(candidates.empty());
    EXPECT_LE(candidates.size(), 16u);
    EXPECT_TRUE(llvm::is_sorted(candidates, [](const Candidate &a, const Candidate &b) {
      return a.prediction.time < b.prediction.time;
    }));
  }
}

TEST(Candidates, HideLatency) {
  // One sum after the other would take the latency of a product each.
  auto best = candidatesFor(makeProblem("avx2", ElementType::F32, 1, 4096, 64)).front().schedule;
  EXPECT_GE(best.cols / 8 * best.unroll, 8);
}

TEST(Candidates, HaveNoOrderWhereThereIsOne) {
  for (int64_t tokens : {1, 16})
    for (const Candidate &c :
         candidatesFor(makeProblem("avx2", ElementType::F32, tokens, 768, 768)))
      EXPECT_EQ(c.schedule.order, Order::Panels);
}

TEST(Candidates, LeaveOutWhatTheKernelRefuses) {
  ScheduleProblem problem = makeProblem("avx2", ElementType::F32, 16, 768, 768);
  auto candidates = getCandidates(problem, Machine::getDefault(problem.target), 1,
                                  [&](const Schedule &s) -> std::optional<KernelCost> {
                                    if (s.cols != 16)
                                      return std::nullopt;
                                    return costOfDense(problem, s);
                                  });
  ASSERT_FALSE(candidates.empty());
  for (const Candidate &candidate : candidates)
    EXPECT_EQ(candidate.schedule.cols, 16);
}

} // namespace
