//===- TuningTableTest.cpp - measured times as text, and their search -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Analysis/TuningTable.h"
#include <gtest/gtest.h>

using namespace structlin;
using namespace structlin::kernels;

namespace {

TuningKey makeKey(int64_t tokens, int64_t inputs = 768) {
  TuningKey key;
  key.target = "avx2";
  key.kernel = "structlin.linear";
  key.types = "f32";
  key.tokens = tokens;
  key.inputs = inputs;
  key.outputs = 3072;
  return key;
}

TuningTable makeTable() {
  TuningTable table;
  Schedule full{6, 16, 2, 1024, 128, Split::Tokens, 2048, true};
  table.insert({makeKey(1), {1, 16, 4}, 100.5});
  table.insert({makeKey(16), full, 200});
  table.insert({makeKey(128), {6, 16}, 300});
  return table;
}

TEST(TuningTable, IsReadAsItIsPrinted) {
  TuningTable table = makeTable();
  llvm::Expected<TuningTable> read = TuningTable::parse(table.print());
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  ASSERT_EQ(read->getEntries().size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read->getEntries()[i].key, table.getEntries()[i].key);
    EXPECT_TRUE(read->getEntries()[i].schedule == table.getEntries()[i].schedule);
    EXPECT_EQ(read->getEntries()[i].time, table.getEntries()[i].time);
  }
  EXPECT_EQ(read->print(), table.print());
  EXPECT_EQ(read->getCPU(), "");
  table.setCPU("znver4");
  read = TuningTable::parse(table.print());
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(read->getCPU(), "znver4");
  EXPECT_EQ(TuningTable().print(), "{\n  \"version\": 1,\n  \"entries\": [\n  ]\n}\n");
}

TEST(TuningTable, FindsTheSameOrTheNearest) {
  TuningTable table = makeTable();
  EXPECT_EQ(table.find(makeKey(16))->time, 200);
  EXPECT_EQ(table.find(makeKey(20))->time, 200);
  EXPECT_EQ(table.find(makeKey(96, 1024))->time, 300);
  // Farther than a factor of two in one of them.
  EXPECT_EQ(table.find(makeKey(48)), nullptr);
  EXPECT_EQ(table.find(makeKey(16, 4096)), nullptr);
  // One token is like no other number.
  EXPECT_EQ(table.find(makeKey(2)), nullptr);
  TuningKey other = makeKey(16);
  other.types = "bf16";
  EXPECT_EQ(table.find(other), nullptr);
}

TEST(TuningTable, PrefersTheSameStructure) {
  TuningTable table;
  TuningKey key = makeKey(16), other = key, larger = key;
  key.structure = larger.structure = "b4";
  other.structure = "b8";
  larger.tokens = 24;
  table.insert({other, {2, 16}, 1});
  table.insert({larger, {3, 16}, 2});
  EXPECT_EQ(table.find(key)->time, 2);
  EXPECT_EQ(table.find(other)->time, 1);
}

TEST(TuningTable, KeepsTheLastMeasurement) {
  TuningTable table = makeTable();
  table.insert({makeKey(16), {2, 16}, 50});
  EXPECT_EQ(table.getEntries().size(), 3u);
  EXPECT_EQ(table.find(makeKey(16))->time, 50);
}

std::string errorOf(llvm::StringRef text) {
  llvm::Expected<TuningTable> table = TuningTable::parse(text);
  return table ? "" : llvm::toString(table.takeError());
}

TEST(TuningTable, SaysWhatIsWrong) {
  EXPECT_EQ(errorOf("[]"), "expected object when parsing table");
  EXPECT_EQ(errorOf(R"({"version": 2, "entries": []})"), "expected version 1 at table.version");
  EXPECT_EQ(errorOf(R"({"version": 1, "cpu": 4, "entries": []})"), "expected string at table.cpu");
  EXPECT_EQ(errorOf(R"({"version": 1})"), "missing value at table.entries");
  auto entry = [](llvm::StringRef target, llvm::StringRef schedule, llvm::StringRef time = "3") {
    return (R"({"version": 1, "entries": [{"target": ")" + target +
            R"(", "kernel": "k", "types": "f32", "structure": "", "threads": 1, "tokens": 1,
               "inputs": 8, "outputs": 8, "keep": 1, "time": )" +
            time + R"(, "schedule": )" + schedule + "}]}")
        .str();
  };
  EXPECT_EQ(errorOf(entry("avx2", R"({"rows": 1, "cols": 8})")), "");
  EXPECT_EQ(errorOf(entry("avx2", R"({"rows": 1, "cols": 8})", "0")),
            "expected a positive time at table.entries[0].time");
  EXPECT_EQ(errorOf(entry("vax", R"({"rows": 1, "cols": 8})")),
            "expected a target of kernels (avx2, avx512, avx512_bf16, amx, neon) at "
            "table.entries[0].target");
  EXPECT_EQ(errorOf(entry("avx2", R"({"rows": 1})")),
            "missing value at table.entries[0].schedule.cols");
  EXPECT_EQ(errorOf(entry("avx2", R"({"rows": 1, "cols": 8, "tile": 2})")),
            "expected no such field at table.entries[0].schedule.tile");
  EXPECT_EQ(errorOf(entry("avx2", R"({"rows": 1, "cols": 8, "split": "rows"})")),
            "expected outputs or tokens at table.entries[0].schedule.split");
}

} // namespace
