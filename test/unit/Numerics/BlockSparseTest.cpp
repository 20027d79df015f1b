//===- BlockSparseTest.cpp - tests of the block_sparse fit ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recovery, the norm rule, its ties, and the stored format.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/BlockSparse.h"
#include "NumericsTestUtils.h"

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

class BlockSparsePlanted : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, BlockSparsePlanted, twentySeeds());

TEST_P(BlockSparsePlanted, IsRecovered) {
  struct Case {
    int64_t rows, cols, bh, bw, blocks;
  };
  for (Case c : {Case{19, 41, 4, 8, 7},
                 {64, 64, 16, 16, 3},
                 {33, 10, 1, 4, 20},
                 {7, 7, 16, 16, 1},
                 {12, 12, 4, 4, 0}}) {
    Generator random(GetParam());
    Matrix<double> w(c.rows, c.cols);
    int64_t blockCols = ceilDiv(c.cols, c.bw);
    auto kept = choose(c.blocks, ceilDiv(c.rows, c.bh) * blockCols, random);
    for (int64_t i = 0; i < c.rows; ++i)
      for (int64_t j = 0; j < c.cols; ++j)
        if (std::binary_search(kept.begin(), kept.end(), i / c.bh * blockCols + j / c.bw))
          w(i, j) = random.normal();
    auto fitted = fitBlockSparse<double>(w, c.bh, c.bw, c.blocks);
    ASSERT_TRUE(bool(fitted)) << fitted.error();
    EXPECT_EQ(int64_t(fitted->columns.size()), c.blocks);
    EXPECT_EQ(fitted->offsets.back(), c.blocks);
    EXPECT_LE(relativeError(w, reconstruct(*fitted)), recovered);
  }
}

TEST(BlockSparse, KeepsTheLargestNormsInOrder) {
  // Norms, in 1x2 blocks: 5, 1, 0 / 2, 6, 3.
  Matrix<double> w(2, 6);
  w.data = {3, 4, 1, 0, 0, 0, 0, 2, 6, 0, 0, 3};
  auto fitted = fitBlockSparse<double>(w, 1, 2, 3);
  EXPECT_EQ(fitted->offsets, (std::vector<int64_t>{0, 1, 3}));
  EXPECT_EQ(fitted->columns, (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(fitted->values, (std::vector<double>{3, 4, 6, 0, 0, 3}));
}

TEST(BlockSparse, BreaksTiesByIndex) {
  Matrix<float> w(4, 4);
  std::fill(w.data.begin(), w.data.end(), 1.f);
  auto fitted = fitBlockSparse<float>(w, 2, 2, 3);
  EXPECT_EQ(fitted->offsets, (std::vector<int64_t>{0, 2, 3}));
  EXPECT_EQ(fitted->columns, (std::vector<int64_t>{0, 1, 0}));
}

TEST(BlockSparse, PadsRaggedEdgesWithZeros) {
  Matrix<double> w(3, 3);
  std::fill(w.data.begin(), w.data.end(), 1.0);
  auto fitted = fitBlockSparse<double>(w, 2, 2, 4);
  EXPECT_EQ(fitted->values, (std::vector<double>{1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(reconstruct(*fitted).data, w.data);
}

TEST(BlockSparse, KeepsExactlyAsManyBlocksAsAsked) {
  auto fitted = fitBlockSparse<double>(Matrix<double>(8, 8), 4, 4, 3);
  EXPECT_EQ(fitted->columns, (std::vector<int64_t>{0, 1, 0}));
}

TEST(BlockSparse, RefusesImpossibleBlocks) {
  Matrix<double> w = gaussian<double>(5, 9, 1);
  EXPECT_EQ(fitBlockSparse<double>(w, 2, 4, 10).error(), "expected to keep 0 to 9 blocks, got 10");
  EXPECT_EQ(fitBlockSparse<double>(w, 2, 4, -1).error(), "expected to keep 0 to 9 blocks, got -1");
  EXPECT_EQ(fitBlockSparse<double>(w, 0, 4, 1).error(),
            "expected blocks of at least 1 x 1, got 0 x 4");
}

} // namespace
