//===- PanelLayoutTest.cpp - tests of the packed order --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problems.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {

std::vector<double> packCounting(const PanelLayout &layout, int64_t n, int64_t k) {
  Matrix w(n, k);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t t = 0; t < k; ++t)
      w(i, t) = 10 * (i + 1) + t;
  return pack(w, layout);
}

TEST(PanelLayout, VectorsReadOneStepOfAllOutputs) {
  PanelLayout layout = PanelLayout::get({/*depth=*/1, /*group=*/1}, /*panel=*/2);
  EXPECT_EQ(packCounting(layout, 3, 2), (std::vector<double>{10, 20, 11, 21, 30, 0, 31, 0}));
}

TEST(PanelLayout, PairsLieSideBySide) {
  PanelLayout layout = PanelLayout::get({/*depth=*/2, /*group=*/2}, /*panel=*/2);
  EXPECT_EQ(packCounting(layout, 2, 3), (std::vector<double>{10, 11, 20, 21, 12, 0, 22, 0}));
}

TEST(PanelLayout, TilesHaveColumnsOfTheirOwn) {
  PanelLayout layout = PanelLayout::get({/*depth=*/4, /*group=*/2, /*columns=*/2}, /*panel=*/4);
  EXPECT_EQ(packCounting(layout, 4, 4), (std::vector<double>{10, 11, 20, 21, 12, 13, 22, 23, //
                                                             30, 31, 40, 41, 32, 33, 42, 43}));
}

TEST(PanelLayout, IsAPermutation) {
  for (int64_t columns : {4, 8}) {
    PanelLayout layout = PanelLayout::get({/*depth=*/4, /*group=*/2, columns}, /*panel=*/8);
    std::vector<bool> seen(layout.numPanels(13) * layout.numSteps(9) * layout.stepSize());
    forEachPacked(layout, 13, 9, [&](int64_t i, int64_t, int64_t) {
      ASSERT_LT(i, static_cast<int64_t>(seen.size()));
      EXPECT_FALSE(seen[i]);
      seen[i] = true;
    });
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 13 * 9);
  }
}

} // namespace
