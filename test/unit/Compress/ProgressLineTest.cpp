//===- ProgressLineTest.cpp - tests of the progress line ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the line says, and that it does not say it too often.
//
//===----------------------------------------------------------------------===//

#include "ProgressLine.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace std::chrono_literals;

namespace {

ProgressState quarterDone() {
  ProgressState state;
  state.number = 28, state.count = 112;
  state.done = 25, state.total = 100;
  state.elapsed = 62s;
  state.label = "layers.3.up low_rank";
  return state;
}

TEST(ProgressLine, SaysHowFarAndHowLong) {
  EXPECT_EQ(formatProgress(quarterDone(), /*hasBar=*/false, 0),
            "28/112 25% 1:02 elapsed 3:06 left: layers.3.up low_rank");
  EXPECT_EQ(formatProgress(quarterDone(), /*hasBar=*/true, 0),
            "[#####---------------] 28/112 25% 1:02 elapsed 3:06 left: layers.3.up low_rank");
}

TEST(ProgressLine, EstimatesFromTheWorkThatWasDone) {
  ProgressState state = quarterDone();
  state.skipped = 20;
  // 5 units took 62 s, 75 are left.
  EXPECT_EQ(state.estimateLeft(), 930s);
  state.skipped = state.done;
  EXPECT_EQ(state.estimateLeft(), std::nullopt);
  EXPECT_EQ(formatProgress(state, false, 0), "28/112 25% 1:02 elapsed: layers.3.up low_rank");
}

TEST(ProgressLine, ShowsHours) {
  ProgressState state = quarterDone();
  state.elapsed = 3723s;
  EXPECT_EQ(formatProgress(state, false, 0),
            "28/112 25% 1:02:03 elapsed 3:06:09 left: layers.3.up low_rank");
}

TEST(ProgressLine, FitsTheTerminal) {
  EXPECT_EQ(formatProgress(quarterDone(), true, 70).size(), 69u);
  // No room for the bar.
  EXPECT_EQ(formatProgress(quarterDone(), true, 40), "28/112 25% 1:02 elapsed 3:06 left: laye");
}

TEST(ProgressLine, OfNothingIsComplete) {
  EXPECT_EQ(formatProgress(ProgressState(), true, 0),
            "[####################] 0/0 100% 0:00 elapsed: ");
}

class TerminalText : public llvm::raw_string_ostream {
public:
  using raw_string_ostream::raw_string_ostream;
  bool is_displayed() const override { return true; }
};

TEST(ProgressLine, LeavesATerminalToOtherText) {
  std::string text;
  TerminalText os(text);
  {
    ProgressLine line(os);
    line.begin(2, 10);
    line.start("a", 5);
    EXPECT_TRUE(StringRef(text).ends_with("a"));
    line.hide();
    EXPECT_TRUE(StringRef(text).ends_with("a\r\x1b[K"));
    os << "error\n";
  }
  // There was nothing to remove any more.
  EXPECT_TRUE(StringRef(text).ends_with("error\n"));
}

TEST(ProgressLine, KeepsQuietWhereItIsNotWatched) {
  std::string text;
  llvm::raw_string_ostream os(text);
  {
    ProgressLine line(os);
    line.begin(2, 10);
    line.start("a", 5);
    line.update("step", 1, 2);
    line.start("b", 5);
    line.skip();
  }
  EXPECT_EQ(text, "");
}

} // namespace
