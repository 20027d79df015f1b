//===- ThreadsTest.cpp - compiled kernels on threads ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results do not depend on how many threads compute them, nor on who calls; hosts that
// call from several threads lose no time to each other.
//
//===----------------------------------------------------------------------===//

#include "EmittedProblem.h"
#include "mlir/IR/Verifier.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Emit/LowerEmitted.h"
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;
using mlir::structlin::JITModule;

namespace {

/// Random reals in place of the integers that are not zero: of x and of the factors, not
/// of masks and indices.
void makeReal(Problem &problem, Random &random) {
  std::uniform_real_distribution<double> factor(0.5, 1.5);
  for (Array &input : problem.inputs)
    if (input.type == problem.setting.type)
      for (double &value : input.data)
        value = roundTo(input.type, value * factor(random));
}

/// Problems of f32 on the best target of this machine, and their compiled kernels.
struct Kernels {
  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  std::vector<Problem> problems;
  std::unique_ptr<JITModule> module;

  JITModule::Function function(size_t i) const {
    return llvm::cantFail(module->lookup("k" + std::to_string(i)));
  }

  void compile(unsigned optLevel) {
    mlir::OpBuilder builder(context.get());
    mlir::OwningOpRef<mlir::ModuleOp> ir(mlir::ModuleOp::create(builder.getUnknownLoc()));
    builder.setInsertionPointToStart(ir->getBody());
    for (auto [i, problem] : llvm::enumerate(problems))
      emitProblem(builder, "k" + std::to_string(i), problem);
    ASSERT_TRUE(succeeded(mlir::verify(*ir)));
    ASSERT_TRUE(succeeded(mlir::structlin::lowerEmittedKernels(*ir)));
    auto jit = JITModule::create(*ir, {optLevel, {}});
    ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
    module = std::move(*jit);
  }
};

Target bestTarget() {
  Target best = *Target::get("avx2");
  for (const char *name : {"neon", "avx512", "avx512_bf16"})
    if (Target::get(name)->runsOnHost())
      best = *Target::get(name);
  return best;
}

/// Sets the number of threads for calls from this thread.
struct LocalThreads {
  explicit LocalThreads(int32_t count) { structlin_set_num_threads_local(count); }
  ~LocalThreads() { structlin_set_num_threads_local(0); }
};

void onThreads(int count, const std::function<void(int)> &body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back(body, i);
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Threads, DoNotChangeABitOfAnyKernelsResult) {
  Kernels kernels;
  Random random(11);
  std::vector<Setting> settings = getSettings(bestTarget(), ElementType::F32);
  // Ragged shapes: with split outputs in blocks of tokens, with split tokens, and in the
  // order of memory.
  for (const Setting &setting : settings)
    if (setting.m == (setting.schedule.split == Split::Tokens ? 40 : 11) &&
        (setting.schedule.block || setting.schedule.order == Order::Memory))
      for (Problem &problem : makeProblems(setting, random)) {
        makeReal(problem, random);
        kernels.problems.push_back(std::move(problem));
      }
  ASSERT_GE(kernels.problems.size(), 12u);
  kernels.compile(/*optLevel=*/1);
  for (auto [i, problem] : llvm::enumerate(kernels.problems)) {
    SCOPED_TRACE(problem.name);
    EmittedCall call(problem);
    std::vector<double> alone;
    for (int32_t count : {1, 2, 3, 5, 16}) {
      LocalThreads setting(count);
      call.run(kernels.function(i));
      if (count == 1)
        alone = call.getResult();
      EXPECT_EQ(call.getResult(), alone) << count << " threads";
    }
  }
}

/// A low-rank layer, whose stages hand memory of the team from one to the next.
Kernels makeLayer(int64_t m, int64_t size) {
  Kernels kernels;
  Random random(3);
  Target target = bestTarget();
  Schedule schedule{4, 2 * target.lanes(ElementType::F32)};
  kernels.problems.push_back(
      makeLowRank({target, ElementType::F32, schedule, m, size, size}, random));
  kernels.compile(/*optLevel=*/2);
  return kernels;
}

TEST(Threads, HostsCallOneKernelAtTheSameTime) {
  Kernels kernels = makeLayer(17, 100);
  JITModule::Function function = kernels.function(0);
  onThreads(4, [&](int) {
    LocalThreads setting(3);
    EmittedCall call(kernels.problems[0]);
    for (int i = 0; i < 200; ++i)
      call.run(function);
    EXPECT_EQ(call.getResult(), kernels.problems[0].expected.data);
  });
}

TEST(Threads, RegionsOfTheHostCallKernels) {
  Kernels kernels = makeLayer(17, 100);
  JITModule::Function function = kernels.function(0);
  std::atomic<int> numRight{0};
#pragma omp parallel num_threads(3)
  {
    EmittedCall call(kernels.problems[0]);
    call.run(function);
    numRight += call.getResult() == kernels.problems[0].expected.data;
  }
  EXPECT_EQ(numRight, 3);
}

double seconds(const std::function<void()> &body) {
  auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(Threads, FourHostsTakeNoLongerThanOneAfterTheOther) {
  Kernels kernels;
  Random random(5);
  Target target = bestTarget();
  Schedule schedule{4, 2 * target.lanes(ElementType::F32)};
  kernels.problems.push_back(makeDense({target, ElementType::F32, schedule, 64, 512, 512}, random));
  kernels.compile(/*optLevel=*/2);
  JITModule::Function function = kernels.function(0);
  constexpr int numHosts = 4, numRuns = 5;
  std::vector<std::unique_ptr<EmittedCall>> calls;
  for (int i = 0; i < numHosts; ++i)
    calls.push_back(std::make_unique<EmittedCall>(kernels.problems[0]));
  auto work = [&](int host) {
    for (int run = 0; run < numRuns; ++run)
      calls[host]->run(function);
  };
  // Whoever else uses the machine takes time from single rounds, of the one way and of
  // the other: the best round of each is what it takes by itself. On a busy machine it
  // takes many rounds until both have had a good one. More rounds do not help hosts that
  // wait for each other: the best sequence only gets better.
  double together = 1e9, inSequence = 1e9;
  for (int round = 0; round < 10 || (round < 400 && together > 1.2 * inSequence); ++round) {
    together = std::min(together, seconds([&] { onThreads(numHosts, work); }));
    // On a thread that is started for it, too.
    inSequence = std::min(inSequence, seconds([&] {
                            onThreads(1, [&](int) {
                              for (int host = 0; host < numHosts; ++host)
                                work(host);
                            });
                          }));
  }
  double ratio = together / inSequence;
  RecordProperty("ratio", std::to_string(ratio));
  EXPECT_LE(ratio, 1.2) << together << " s together, " << inSequence << " s in sequence";
}

} // namespace
