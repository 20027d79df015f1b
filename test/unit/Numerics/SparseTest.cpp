//===- SparseTest.cpp - tests of the sparse and n:m fits ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recovery, the magnitude rule, its ties, and the stored formats.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/Sparse.h"
#include "NumericsTestUtils.h"

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

class SparsePlanted : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, SparsePlanted, twentySeeds());

TEST_P(SparsePlanted, IsRecoveredFromTheTensor) {
  Generator random(GetParam());
  Matrix<double> w(19, 41);
  for (int64_t e : choose(78, 19 * 41, random))
    w.data[e] = random.normal();
  auto fitted = fitSparse<double>(w, SparseScope::Tensor, 78);
  EXPECT_EQ(fitted->values.size(), 78u);
  EXPECT_LE(relativeError(w, reconstruct(*fitted)), recovered);
}

TEST_P(SparsePlanted, IsRecoveredPerRow) {
  Generator random(GetParam());
  Matrix<double> w(19, 41);
  for (int64_t i = 0; i < 19; ++i)
    for (int64_t j : choose(5, 41, random))
      w(i, j) = random.normal();
  auto fitted = fitSparse<double>(w, SparseScope::Row, 5);
  for (int64_t i = 0; i <= 19; ++i)
    EXPECT_EQ(fitted->offsets[i], 5 * i);
  EXPECT_LE(relativeError(w, reconstruct(*fitted)), recovered);
}

TEST_P(SparsePlanted, IsRecoveredNM) {
  for (auto [n, m] : {std::pair{2, 4}, {1, 2}, {3, 7}, {4, 4}, {1, 256}}) {
    Generator random(GetParam());
    Matrix<double> w(13, 41);
    for (int64_t i = 0; i < 13; ++i)
      for (int64_t begin = 0; begin < 41; begin += m)
        for (int64_t k : choose(n, m, random))
          if (begin + k < 41)
            w(i, begin + k) = random.normal();
    auto fitted = fitNM<double>(w, n, m);
    ASSERT_TRUE(bool(fitted)) << fitted.error();
    EXPECT_LE(relativeError(w, reconstruct(*fitted)), recovered);
  }
}

TEST(Sparse, KeepsTheLargestMagnitudes) {
  Matrix<double> w(2, 3);
  w.data = {-5, 1, 2, 3, 0, -4};
  auto tensor = fitSparse<double>(w, SparseScope::Tensor, 3);
  EXPECT_EQ(tensor->values, (std::vector<double>{-5, 3, -4}));
  EXPECT_EQ(tensor->columns, (std::vector<int64_t>{0, 0, 2}));
  EXPECT_EQ(tensor->offsets, (std::vector<int64_t>{0, 1, 3}));
  auto row = fitSparse<double>(w, SparseScope::Row, 1);
  EXPECT_EQ(row->values, (std::vector<double>{-5, -4}));
  EXPECT_EQ(row->columns, (std::vector<int64_t>{0, 2}));
  EXPECT_EQ(row->offsets, (std::vector<int64_t>{0, 1, 2}));
}

TEST(Sparse, BreaksTiesByIndexAndKeepsTheExactCount) {
  Matrix<double> w(2, 3);
  w.data = {1, -1, 1, 1, 0, 0};
  auto fitted = fitSparse<double>(w, SparseScope::Tensor, 2);
  EXPECT_EQ(fitted->columns, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(fitSparse<double>(w, SparseScope::Tensor, 5)->columns,
            (std::vector<int64_t>{0, 1, 2, 0, 1}));
  EXPECT_EQ(fitSparse<double>(w, SparseScope::Tensor, 0)->offsets, (std::vector<int64_t>{0, 0, 0}));
  EXPECT_EQ(reconstruct(*fitSparse<double>(w, SparseScope::Row, 3)).data, w.data);
}

TEST(Sparse, RefusesImpossibleCounts) {
  Matrix<double> w = gaussian<double>(3, 5, 1);
  EXPECT_EQ(fitSparse<double>(w, SparseScope::Tensor, 16).error(),
            "expected to keep 0 to 15 elements, got 16");
  EXPECT_EQ(fitSparse<double>(w, SparseScope::Row, 6).error(),
            "expected to keep 0 to 5 elements, got 6");
  EXPECT_EQ(fitSparse<double>(w, SparseScope::Row, -1).error(),
            "expected to keep 0 to 5 elements, got -1");
}

TEST(NM, StoresGroupsInOrder) {
  Matrix<float> w(1, 8);
  w.data = {1, -4, 2, 3, 0, 0, 5, 0};
  auto fitted = fitNM<float>(w, 2, 4);
  EXPECT_EQ(fitted->values, (std::vector<float>{-4, 3, 0, 5}));
  EXPECT_EQ(fitted->positions, (std::vector<uint8_t>{1, 3, 0, 2}));
}

TEST(NM, KeepsRaggedGroupsValid) {
  Matrix<double> w = gaussian<double>(3, 9, 1);
  auto fitted = fitNM<double>(w, 3, 4);
  ASSERT_EQ(fitted->groups(), 3);
  ASSERT_EQ(fitted->values.size(), 27u);
  for (size_t e = 0; e < fitted->values.size(); ++e) {
    int position = fitted->positions[e];
    EXPECT_LT(position, 4);
    if (e % 3)
      EXPECT_GT(position, fitted->positions[e - 1]);
    if (int64_t(e / 3 % 3 * 4) + position >= 9)
      EXPECT_EQ(fitted->values[e], 0);
  }
  for (int64_t i = 0; i < 3; ++i)
    EXPECT_EQ(reconstruct(*fitted)(i, 8), w(i, 8));
}

TEST(NM, RefusesImpossibleGroups) {
  Matrix<double> w = gaussian<double>(3, 5, 1);
  for (auto [n, m] : {std::pair{0, 4}, {5, 4}, {1, 257}})
    EXPECT_EQ(fitNM<double>(w, n, m).error(), "expected n:m with 1 <= n <= m <= 256, got " +
                                                  std::to_string(n) + ":" + std::to_string(m));
}

} // namespace
