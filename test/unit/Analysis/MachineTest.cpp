//===- MachineTest.cpp - machines as text, and what they predict ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/Machine.h"
#include <gtest/gtest.h>

using namespace structlin;
using namespace structlin::kernels;

namespace {

std::string errorOf(llvm::StringRef text) {
  llvm::Expected<Machine> machine = Machine::parse(text);
  return machine ? "" : llvm::toString(machine.takeError());
}

TEST(Machine, IsReadAsItIsPrinted) {
  for (const char *name : {"avx2", "avx512", "avx512_bf16", "amx", "neon"}) {
    Machine machine = Machine::getDefault(*Target::get(name));
    machine.cores = 7;
    machine.gflops["f32"] = 123.5;
    machine.exposed = 0.25;
    machine.ahead = 4096;
    llvm::Expected<Machine> read = Machine::parse(machine.print());
    ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
    EXPECT_EQ(read->print(), machine.print());
  }
}

TEST(Machine, HasTheTargetsDefaults) {
  llvm::Expected<Machine> machine = Machine::parse(R"({"target": "amx", "cores": 3})");
  ASSERT_TRUE(bool(machine)) << llvm::toString(machine.takeError());
  EXPECT_EQ(machine->cores, 3);
  EXPECT_EQ(machine->gflops, Machine::getDefault(*Target::get("amx")).gflops);
}

TEST(Machine, SaysWhatIsWrong) {
  EXPECT_EQ(
      errorOf(R"({"target": "vax"})"),
      "expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon) at machine.target");
  EXPECT_EQ(errorOf(R"({"target": "avx2", "speed": 3})"),
            "a machine has no such field at machine.speed");
  EXPECT_EQ(errorOf(R"({"target": "avx2", "caches": [1, 2]})"),
            "expected one number per cache at machine.caches");
  EXPECT_EQ(errorOf(R"({"target": "avx2", "loads": 0})"),
            "expected sizes and rates above 0 when parsing machine");
  EXPECT_EQ(errorOf(R"({"target": "avx2", "ahead": -1})"),
            "expected sizes and rates above 0 when parsing machine");
  EXPECT_EQ(errorOf(R"({"target": "avx2", "loads": "many"})"), "expected number at machine.loads");
  EXPECT_EQ(errorOf("{"), "[1:1, byte=1]: Expected object key");
}

//===----------------------------------------------------------------------===//
// Predictions
//===----------------------------------------------------------------------===//

/// A machine of round numbers.
Machine makeMachine() {
  Machine machine = Machine::getDefault(*Target::get("avx2"));
  machine.cores = 4;
  machine.caches = {1000, 10000, 100000};
  machine.bandwidth = {100, 50, 10};
  machine.sharedBandwidth = {400, 100, 20};
  machine.gflops = {{"f32", 16}};
  machine.loads = machine.stores = machine.conversions = machine.instructions = 100;
  machine.latency = 4;
  machine.call = 7;
  machine.region = 100;
  machine.barrier = 10;
  machine.exposed = 0;
  return machine;
}

/// 10 runs of code with 8 products of vectors each.
KernelCost makeCost(int64_t accumulators) {
  StraightCode code;
  code.once.products = 8;
  code.times = 10;
  code.accumulators = accumulators;
  KernelCost cost;
  cost.sections.push_back({1, 4, {code}});
  return cost;
}

Prediction predictOn(const KernelCost &cost, int64_t threads = 1, bool isCold = true) {
  return predict(cost, *Target::get("avx2"), makeMachine(), threads, isCold);
}

TEST(Prediction, OfProducts) {
  // A product has 16 flops: 1 ns.
  Prediction prediction = predictOn(makeCost(32));
  EXPECT_DOUBLE_EQ(prediction.compute, 80);
  EXPECT_DOUBLE_EQ(prediction.time, 87);
}

TEST(Prediction, OfSumsThatWait) {
  // Four products follow each other on each of 2 accumulators.
  EXPECT_DOUBLE_EQ(predictOn(makeCost(2)).compute, 160);
}

TEST(Prediction, OfMemory) {
  KernelCost cost = makeCost(32);
  cost.footprint = 5000;
  cost.traffic = {20000, 5000, 5000};
  EXPECT_DOUBLE_EQ(predictOn(cost).memory, 500);
  // The second cache has it all.
  EXPECT_DOUBLE_EQ(predictOn(cost, 1, /*isCold=*/false).memory, 200);
  // All cores share what comes from memory.
  EXPECT_DOUBLE_EQ(predictOn(cost, 4).memory, 250);
}

TEST(Prediction, OfThreads) {
  KernelCost cost = makeCost(32);
  EXPECT_DOUBLE_EQ(predictOn(cost, 2).compute, 40);
  EXPECT_DOUBLE_EQ(predictOn(cost, 2).overhead, 117);
  // Four pieces on three threads take two rounds.
  EXPECT_DOUBLE_EQ(predictOn(cost, 3).compute, 40);
}

TEST(Prediction, OfWhatPrefetchingHides) {
  KernelCost cost = makeCost(32);
  cost.footprint = 500;
  cost.traffic = {500, 500, 500};
  Machine machine = makeMachine();
  machine.exposed = 0.5;
  Target target = *Target::get("avx2");
  EXPECT_DOUBLE_EQ(predict(cost, target, machine).time, 80 + 0.5 * 50 + 7);
  cost.sections[0].codes[0].once.prefetches = 1;
  EXPECT_DOUBLE_EQ(predict(cost, target, machine).time, 80 + 0.1 * 50 + 7);
}

} // namespace
