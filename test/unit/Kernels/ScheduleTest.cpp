//===- ScheduleTest.cpp - tests of targets and of schedules' legality -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Schedule.h"
#include <gtest/gtest.h>

using namespace structlin;
using namespace structlin::kernels;

namespace {

std::string check(llvm::StringRef target, ElementType type, const Schedule &schedule) {
  return checkSchedule(schedule, type, *Target::get(target));
}

TEST(Target, IsTheBestThatTheFeaturesAllow) {
  EXPECT_EQ(Target::fromFeatures("+sse2"), std::nullopt);
  EXPECT_EQ(Target::fromFeatures("+avx2,+fma,+f16c,-avx512f")->name, "avx2");
  std::string wide = "+avx512f,+avx512bw,+avx512vl,+avx512dq,+fma";
  EXPECT_EQ(Target::fromFeatures(wide)->name, "avx512");
  EXPECT_EQ(Target::fromFeatures(wide + ",+avx512bf16,+avx512vbmi2")->name, "avx512_bf16");
  // Bf16 products without expansion of 16-bit elements: no target of its own.
  EXPECT_EQ(Target::fromFeatures(wide + ",+avx512bf16")->name, "avx512");
  EXPECT_EQ(
      Target::fromFeatures(wide + ",+avx512bf16,+avx512vbmi2,+amx-tile,+amx-bf16,+amx-int8")->name,
      "amx");
  EXPECT_EQ(Target::get("vax"), std::nullopt);
}

TEST(Schedule, FillsTheRegistersAndNoMore) {
  EXPECT_EQ(check("avx512", ElementType::F32, {6, 64}), "");
  EXPECT_EQ(check("avx512", ElementType::F32, {12, 32}), "");
  EXPECT_EQ(check("avx512", ElementType::F32, {7, 64}),
            "expected at most 32 vector registers, got 33");
  EXPECT_EQ(check("avx2", ElementType::F32, {6, 16}), "");
  EXPECT_EQ(check("amx", ElementType::BF16, {32, 32}), "");
  EXPECT_EQ(check("amx", ElementType::BF16, {48, 32}), "expected at most 8 tile registers, got 9");
}

TEST(Schedule, DoesNotAddMatrices) {
  EXPECT_EQ(check("amx", ElementType::BF16, {16, 16, 2}),
            "expected unroll of 1 on matrix registers, which cannot be added, got 2");
}

TEST(Schedule, IsMadeOfWholeRegisters) {
  EXPECT_EQ(check("amx", ElementType::BF16, {17, 16}),
            "expected a multiple of 16 rows above 16, got 17");
  EXPECT_EQ(check("avx512", ElementType::F32, {1, 24}),
            "expected a multiple of 16 columns, got 24");
  EXPECT_EQ(check("avx512", ElementType::F64, {1, 24}), "");
  EXPECT_EQ(check("neon", ElementType::F32, {1, 2}), "expected a multiple of 4 columns, got 2");
}

TEST(Schedule, RefusesSizesWithoutMeaning) {
  EXPECT_EQ(check("avx512", ElementType::F32, {0, 16}), "expected at least one row, got 0");
  EXPECT_EQ(check("avx512", ElementType::F32, {1, 16, 0}), "expected unroll of at least 1, got 0");
  EXPECT_EQ(check("avx512", ElementType::F32, {1, 16, 1, -1}),
            "expected chunk, block and ahead that are not negative");
  EXPECT_EQ(check("avx512", ElementType::F32, {1, 16, 1, 0, 0, Split::Tokens}),
            "expected a block of tokens to split by tokens");
}

} // namespace
