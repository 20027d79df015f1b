//===- AssemblyTest.cpp - the innermost loops of every kernel -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels are compiled for each target, on any machine. Each innermost loop with a
// product has to be one of the kernel's cost: as many products, no more loads of any
// kind, and no spilled register.
//
//===----------------------------------------------------------------------===//

#include "CrossCompile.h"
#include "InnerLoops.h"
#include "structlin/Kernels/Cost.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {

std::vector<InnerLoop> loopsOfCost(const Problem &problem) {
  return Cost::innerLoops(problem.setting.target, [&](Cost &cost) {
    std::vector<Buffer> buffers;
    for (const Array &input : problem.inputs)
      buffers.push_back(
          cost.add(input.type, llvm::SmallVector<Index>(input.shape.begin(), input.shape.end())));
    problem.build(cost, buffers, cost.add(problem.setting.m));
  });
}

/// Whether the kernel's operation at `line` is in `loop`.
bool contains(const InnerLoop &loop, int64_t line) {
  return line > loop.firstOperation && line <= loop.firstOperation + loop.numOperations;
}

/// What is wrong with the loop; empty if nothing is.
std::string check(const AssemblyLoop &loop, llvm::ArrayRef<InnerLoop> expected,
                  const Target &target) {
  const auto *found = llvm::find_if(
      expected, [&](const InnerLoop &one) { return contains(one, *loop.lines.begin()); });
  if (found == expected.end())
    return "products of no loop of the kernel\n" + loop.text;
  std::string wrong;
  if (!llvm::all_of(loop.lines, [&](int64_t line) { return contains(*found, line); }))
    wrong += "products of several loops\n";
  auto compare = [&](const char *what, int64_t limit, int64_t got, bool isWrong) {
    if (isWrong)
      wrong += "expected " + std::to_string(limit) + what + std::to_string(got) + "\n";
  };
  compare(" products, got ", found->products, loop.products, loop.products != found->products);
  compare(" loads at most, got ", found->loads, loop.loads, loop.loads > found->loads);
  compare(" spills and reloads, got ", 0, loop.spills, loop.spills != 0);
  // An address for each load, two that move and a counter: where B is stored whole, an
  // iteration computes no row anew.
  int64_t most = found->loads + 4;
  if (target.name != "neon" && !found->form.usesTiles() && found->expansions == 0)
    compare(" integer instructions at most, got ", most, loop.integers, loop.integers > most);
  return wrong.empty() ? wrong : wrong + loop.text;
}

/// What is wrong with the loops of `problem` in assembly.
std::vector<std::string> check(const Problem &problem, llvm::StringRef assembly) {
  std::vector<InnerLoop> expected = loopsOfCost(problem);
  std::vector<AssemblyLoop> loops = findInnerLoops(assembly);
  std::vector<std::string> wrong;
  for (const AssemblyLoop &loop : loops)
    if (std::string one = check(loop, expected, problem.setting.target); !one.empty())
      wrong.push_back(one);
  for (const InnerLoop &one : expected)
    if (llvm::none_of(loops,
                      [&](const AssemblyLoop &loop) { return contains(one, *loop.lines.begin()); }))
      wrong.push_back("the loop with operation " + std::to_string(one.firstOperation + 1) +
                      " is none in assembly");
  return wrong;
}

/// A tile that nearly fills the registers.
Schedule scheduleFor(const Target &target, ElementType type) {
  if (target.usesTiles(type))
    return {32, 32};
  int64_t lanes = target.lanes(target.getProductForm(type).accumulator);
  Schedule schedule =
      target.vectorRegisters == 16 ? Schedule{6, 2 * lanes} : Schedule{6, 4 * lanes};
  while (!checkSchedule(schedule, type, target).empty())
    --schedule.rows;
  return schedule;
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
  int64_t rank = std::max(2 * schedule.cols, 4 * target.getProductForm(type).depth);
  std::vector<Problem> problems{makeDense(setting, random),
                                makeLowRank(setting, random, rank),
                                makeBlast(setting, random, 4, 4, rank),
                                makeBlockSparse(setting, random, schedule.cols, 1280),
                                makeSparse(setting, random),
                                makeLowRankSparse(setting, random, rank)};
  for (const Problem &problem : problems) {
    SCOPED_TRACE(problem.name);
    Compiled compiled = crossCompile(problem);
    EXPECT_TRUE(llvm::StringRef(compiled.object)
                    .starts_with("\x7f"
                                 "ELF"));
    for (const std::string &wrong : check(problem, compiled.assembly))
      ADD_FAILURE() << wrong;
  }
}

TEST(Assembly, OfScheduleThatIsTooLargeFailsTheCheck) {
  for (auto [name, type, schedule] :
       {std::tuple("neon", ElementType::F32, Schedule{8, 20}),
        std::tuple("avx2", ElementType::F32, Schedule{8, 32}),
        std::tuple("avx512", ElementType::F32, Schedule{12, 64}),
        std::tuple("avx512_bf16", ElementType::BF16, Schedule{12, 64}),
        std::tuple("amx", ElementType::BF16, Schedule{48, 48})}) {
    SCOPED_TRACE(name);
    Target target = *Target::get(name);
    EXPECT_NE(checkSchedule(schedule, type, target), "");
    Random random(7);
    Problem problem = makeDense({target, type, schedule, 40, 2560, 2 * schedule.cols}, random);
    EXPECT_FALSE(check(problem, crossCompile(problem).assembly).empty());
  }
}

TEST(Assembly, OfAnotherKernelFailsTheCheck) {
  Target target = *Target::get("avx2");
  Random random(7);
  auto make = [&](Schedule schedule) {
    return makeDense({target, ElementType::F32, schedule, 40, 2560, 64}, random);
  };
  std::string assembly = crossCompile(make({4, 16})).assembly;
  EXPECT_TRUE(check(make({4, 16}), assembly).empty());
  // Fewer products, fewer loops, more loops, and the same loops with less to load.
  EXPECT_FALSE(check(make({4, 8}), assembly).empty());
  EXPECT_FALSE(check(make({3, 16}), assembly).empty());
  EXPECT_FALSE(check(make({5, 16}), assembly).empty());
  Problem narrow = makeDense({target, ElementType::I8, {4, 16}, 40, 2560, 64}, random);
  EXPECT_TRUE(check(narrow, assembly).empty());
  std::vector<InnerLoop> expected = loopsOfCost(narrow);
  for (InnerLoop &loop : expected)
    --loop.loads;
  for (const AssemblyLoop &loop : findInnerLoops(assembly))
    EXPECT_NE(check(loop, expected, target), "");
}

} // namespace
