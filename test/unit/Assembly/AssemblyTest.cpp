//===- AssemblyTest.cpp - the innermost loops of every kernel -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels are compiled for each target, on any machine. Each innermost loop with a
// product has to execute as many products as a loop of the kernel's cost, without
// spilling registers and with no more loads.
//
//===----------------------------------------------------------------------===//

#include "CrossCompile.h"
#include "InnerLoops.h"
#include "structlin/Kernels/Cost.h"
#include <map>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {

/// The most loads that a loop of so many products may have, for each such number.
using Bounds = std::map<int64_t, int64_t>;

Bounds boundsOf(const Problem &problem) {
  auto build = [&](Cost &cost) {
    std::vector<Buffer> buffers;
    for (const Array &input : problem.inputs)
      buffers.push_back(
          cost.add(input.type, llvm::SmallVector<Index>(input.shape.begin(), input.shape.end())));
    problem.build(cost, buffers, cost.add(problem.setting.m));
  };
  Bounds bounds;
  for (const InnerLoop &loop : Cost::innerLoops(problem.setting.target, build)) {
    int64_t &most = bounds[loop.products];
    most = std::max(most, loop.loads);
  }
  return bounds;
}

/// What is wrong with the loop; empty if nothing is.
std::string check(const AssemblyLoop &loop, const Bounds &bounds) {
  auto found = bounds.find(loop.products);
  std::string problem;
  if (found == bounds.end())
    problem = "no loop of the kernel has " + std::to_string(loop.products) + " products";
  else if (loop.spills != 0)
    problem = std::to_string(loop.spills) + " spills and reloads";
  else if (loop.loads > found->second)
    problem = "expected at most " + std::to_string(found->second) + " loads, got " +
              std::to_string(loop.loads);
  return problem.empty() ? problem : problem + "\n" + loop.text;
}

/// A tile that nearly fills the registers.
Schedule scheduleFor(const Target &target, ElementType type) {
  if (target.usesTiles(type))
    return {32, 32};
  int64_t lanes = target.lanes(target.getProductForm(type).accumulator);
  return target.vectorRegisters == 16 ? Schedule{4, 2 * lanes} : Schedule{6, 4 * lanes};
}

class AssemblyTest : public ::testing::TestWithParam<std::tuple<const char *, ElementType>> {};

std::string getName(const ::testing::TestParamInfo<AssemblyTest::ParamType> &info) {
  return std::string(std::get<0>(info.param)) + "_" + mlirName(std::get<1>(info.param)).str();
}
INSTANTIATE_TEST_SUITE_P(Targets, AssemblyTest,
                         ::testing::Combine(::testing::Values("neon", "avx2", "avx512",
                                                              "avx512_bf16", "amx"),
                                            ::testing::Values(ElementType::F32, ElementType::BF16,
                                                              ElementType::F16, ElementType::I8)),
                         getName);

TEST_P(AssemblyTest, InnerLoopsAreThoseOfTheCost) {
  auto [name, type] = GetParam();
  Target target = *Target::get(name);
  Schedule schedule = scheduleFor(target, type);
  ASSERT_EQ(checkSchedule(schedule, type, target), "");
  Random random(7);
  // Too long for LLVM to unroll whole.
  Setting setting{target, type, schedule, 40, 64 * 40, 4 * schedule.cols};
  int64_t rank = 2 * schedule.cols;
  // What is not held to this yet: on vectors of 64 bytes the second stage of BLAST
  // reloads an address, and the loops of sparse kernels spill (docs/Rationale.md).
  std::vector<Problem> problems{makeDense(setting, random), makeLowRank(setting, random, rank),
                                makeBlockSparse(setting, random, schedule.cols, 1280)};
  if (target.vectorBytes < 64)
    problems.push_back(makeBlast(setting, random, 4, 4, rank));
  for (const Problem &problem : problems) {
    SCOPED_TRACE(problem.name);
    Compiled compiled = crossCompile(problem);
    EXPECT_TRUE(llvm::StringRef(compiled.object)
                    .starts_with("\x7f"
                                 "ELF"));
    Bounds bounds = boundsOf(problem);
    std::vector<AssemblyLoop> loops = findInnerLoops(compiled.assembly);
    for (const AssemblyLoop &loop : loops) {
      std::string wrong = check(loop, bounds);
      EXPECT_TRUE(wrong.empty()) << wrong;
    }
    int64_t most = bounds.rbegin()->first;
    EXPECT_TRUE(
        llvm::any_of(loops, [&](const AssemblyLoop &loop) { return loop.products == most; }))
        << "no loop has " << most << " products";
  }
}

TEST(Assembly, OfScheduleThatIsTooLargeFailsTheCheck) {
  for (auto [name, type, schedule] :
       {std::tuple("avx2", ElementType::F32, Schedule{8, 32}),
        std::tuple("avx512", ElementType::F32, Schedule{12, 64}),
        std::tuple("avx512_bf16", ElementType::BF16, Schedule{12, 64})}) {
    SCOPED_TRACE(name);
    Target target = *Target::get(name);
    EXPECT_NE(checkSchedule(schedule, type, target), "");
    Random random(7);
    Problem problem = makeDense({target, type, schedule, 40, 2560, 2 * schedule.cols}, random);
    Bounds bounds = boundsOf(problem);
    std::vector<AssemblyLoop> loops = findInnerLoops(crossCompile(problem).assembly);
    EXPECT_TRUE(llvm::any_of(
        loops, [&](const AssemblyLoop &loop) { return !check(loop, bounds).empty(); }));
  }
}

} // namespace
