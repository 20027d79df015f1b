//===- BitmapTest.cpp - sparse matrices, a bit per entry ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensors.h"
#include "llvm/ADT/Sequence.h"
#include <algorithm>

using namespace structlin;
using namespace structlin::test;

namespace {

/// A sparse matrix: its factors, and row and column of each entry, or -1 for entries
/// of no row.
struct Sparse {
  BitmapLayout layout;
  int64_t rows;
  std::vector<HostTensor> factors;
  std::vector<std::pair<int64_t, int64_t>> places;

  ElementType starts() const { return layout.isNM() ? ElementType::I32 : factors[2].type(); }
  std::vector<TensorShape> shapes() const {
    std::vector<TensorShape> shapes;
    for (const HostTensor &factor : factors)
      shapes.push_back({factor.type(), llvm::SmallVector<int64_t, 4>(factor.shape())});
    return shapes;
  }
  std::vector<HostTensor> pack() const {
    auto masks = layout.panels.packedShape(rows, layout.numColumns());
    masks.back() /= 8;
    std::vector<TensorShape> shapes = {
        {ElementType::I8, {masks.begin(), masks.end()}},
        {factors[0].type(), {factors[0].numElements() + layout.panels.stepSize()}},
        {starts(), {layout.panels.numPanels(rows) + 1}}};
    return collect(shapes,
                   [&](PackSink sink) { return packBitmap(layout, factors, starts(), sink); });
  }
};

std::vector<int64_t> drawColumns(int64_t limit, int64_t count, Random &random) {
  auto all = llvm::to_vector(llvm::seq<int64_t>(0, limit));
  std::shuffle(all.begin(), all.end(), random);
  std::vector<int64_t> columns(all.begin(), all.begin() + count);
  llvm::sort(columns);
  return columns;
}

/// Offsets need not start at 0 nor end at nnz; rows are empty, sparse or full.
Sparse makeUnstructured(const kernels::PanelLayout &panels, ElementType type, Random &random) {
  Sparse sparse;
  sparse.layout = {panels, draw(random, 0, 2 * panels.depth + 1), 0};
  sparse.rows = draw(random, 0, 2 * panels.panel + 1);
  std::vector<int64_t> indices, offsets;
  auto addUnused = [&] {
    for (int64_t count = draw(random, 0, 3); count > 0; --count) {
      indices.push_back(0);
      sparse.places.push_back({-1, -1});
    }
  };
  addUnused();
  for (int64_t row = 0; row < sparse.rows; ++row) {
    offsets.push_back(indices.size());
    int64_t full = sparse.layout.inputs;
    int64_t count = draw(random, 0, 2) ? draw(random, 0, full) : draw(random, 0, 1) * full;
    for (int64_t column : drawColumns(full, count, random)) {
      indices.push_back(column);
      sparse.places.push_back({row, column});
    }
  }
  offsets.push_back(indices.size());
  addUnused();
  auto indexType = [&] { return draw(random, 0, 1) ? ElementType::I32 : ElementType::I64; };
  indices.resize(sparse.places.size());
  sparse.factors = {randomBits(type, {int64_t(indices.size())}, random),
                    integers(indexType(), indices), integers(indexType(), offsets)};
  return sparse;
}

/// The last group is mostly ragged, and its entries may lie beyond the inputs.
Sparse makeNM(const kernels::PanelLayout &panels, ElementType type, Random &random) {
  Sparse sparse;
  int64_t group = draw(random, 1, 9), n = draw(random, 0, group);
  sparse.layout = {panels, draw(random, 0, 2 * panels.depth + 1), group};
  sparse.rows = draw(random, 0, 2 * panels.panel + 1);
  int64_t groups = sparse.layout.numColumns() / group;
  std::vector<int64_t> indices;
  for (int64_t row = 0; row < sparse.rows; ++row)
    for (int64_t g = 0; g < groups; ++g)
      for (int64_t index : drawColumns(group, n, random)) {
        indices.push_back(index);
        sparse.places.push_back({row, g * group + index});
      }
  ElementType indexType[] = {ElementType::I8, ElementType::I16, ElementType::I32};
  HostTensor flat = integers(indexType[draw(random, 0, 2)], indices);
  sparse.factors = {randomBits(type, {sparse.rows, groups, n}, random),
                    flat.reshaped({sparse.rows, groups, n})};
  return sparse;
}

template <typename Body> void forEachCase(Body body) {
  Random random(1);
  for (const kernels::PanelLayout &panels : panelLayouts())
    for (ElementType type : allElementTypes())
      for (int round = 0; round < 3; ++round) {
        body(makeUnstructured(panels, type, random));
        body(makeNM(panels, type, random));
      }
}

TEST(Bitmap, HasABitAndAValueForEachEntryInTheOrderOfPanels) {
  forEachCase([](const Sparse &sparse) {
    std::vector<HostTensor> packed = sparse.pack();
    const BitmapLayout &layout = sparse.layout;
    // The number of the entry at each place of the dense matrix in panels.
    int64_t columns = layout.numColumns();
    std::vector<int64_t> entryOf(sparse.rows * columns, -1),
        entryAt(packed[0].numElements() * 8, -1);
    for (auto [entry, place] : llvm::enumerate(sparse.places))
      if (place.first >= 0)
        entryOf[place.first * columns + place.second] = entry;
    kernels::forEachPacked(layout.panels, sparse.rows, columns,
                           [&](int64_t place, int64_t row, int64_t column) {
                             entryAt[place] = entryOf[row * columns + column];
                           });

    std::vector<int64_t> expected;
    for (auto [entry, place] : llvm::enumerate(sparse.places))
      if (place.first < 0)
        expected.push_back(entry);
    auto firstUsed = llvm::find_if(sparse.places, [](auto place) { return place.first >= 0; });
    int64_t before = 0;
    if (!layout.isNM())
      before = sparse.factors[2].toDoubles()[0];
    EXPECT_TRUE(firstUsed == sparse.places.end() || before == firstUsed - sparse.places.begin());
    auto next = expected.begin() + before;
    std::vector<double> starts = packed[2].toDoubles();
    int64_t panelPlaces = layout.panels.numSteps(columns) * layout.panels.stepSize();
    for (auto [place, entry] : llvm::enumerate(entryAt)) {
      if (panelPlaces != 0 && place % panelPlaces == 0)
        ASSERT_EQ(starts[place / panelPlaces], next - expected.begin());
      bool bit = packed[0].bytes()[place / 8] >> place % 8 & 1;
      ASSERT_EQ(bit, entry >= 0);
      if (bit)
        next = expected.insert(next, entry) + 1;
    }
    EXPECT_EQ(starts.back(), next - expected.begin());
    for (auto [place, entry] : llvm::enumerate(expected))
      ASSERT_EQ(element(packed[1], place), element(sparse.factors[0], entry));
    llvm::ArrayRef<char> filling = packed[1].bytes().drop_front(sparse.factors[0].bytes().size());
    EXPECT_TRUE(llvm::all_of(filling, [](char byte) { return byte == 0; }));
  });
}

TEST(Bitmap, IsUndone) {
  forEachCase([](const Sparse &sparse) {
    std::vector<HostTensor> back = unpackBitmap(sparse.layout, sparse.pack(), sparse.shapes());
    ASSERT_EQ(back.size(), sparse.factors.size());
    // Indices of entries of no row are 0, which they are here to begin with.
    for (auto [got, expected] : llvm::zip_equal(back, sparse.factors)) {
      EXPECT_EQ(got.type(), expected.type());
      EXPECT_EQ(got.shape(), expected.shape());
      EXPECT_EQ(got.bytes(), expected.bytes());
    }
  });
}

TEST(Bitmap, KeepsOfEntriesOfNoRowTheValueAlone) {
  Random random(2);
  HostTensor values = randomBits(ElementType::F32, {5}, random);
  Sparse sparse{
      {{8, 1, 8, 1}, 4, 0},
      2,
      {values, integers(ElementType::I64, {3, 0, 2, 1, 2}), integers(ElementType::I32, {1, 3, 4})},
      {{-1, -1}, {0, 0}, {0, 2}, {1, 1}, {-1, -1}}};
  std::vector<HostTensor> back = unpackBitmap(sparse.layout, sparse.pack(), sparse.shapes());
  EXPECT_EQ(back[0].bytes(), values.bytes());
  EXPECT_EQ(back[1].toDoubles(), (std::vector<double>{0, 0, 2, 1, 0}));
  EXPECT_EQ(back[2].toDoubles(), (std::vector<double>{1, 3, 4}));
}

std::string packError(std::vector<HostTensor> factors, int64_t inputs, int64_t group) {
  BitmapLayout layout{{8, 1, 8, 1}, inputs, group};
  llvm::Error error =
      packBitmap(layout, factors, ElementType::I32,
                 [](unsigned, uint64_t, llvm::ArrayRef<char>) { return llvm::Error::success(); });
  return llvm::toString(std::move(error));
}

std::string packUnstructured(llvm::ArrayRef<int64_t> indices, llvm::ArrayRef<int64_t> offsets) {
  Random random(1);
  return packError({randomBits(ElementType::F32, {int64_t(indices.size())}, random),
                    integers(ElementType::I32, indices), integers(ElementType::I32, offsets)},
                   /*inputs=*/5, /*group=*/0);
}

TEST(Bitmap, RefusesOffsetsAndIndicesThatDescribeNoMatrix) {
  EXPECT_EQ(packUnstructured({0, 4}, {0, 1, 2}), "");
  EXPECT_EQ(packUnstructured({0, 4}, {0, 1, 3}),
            "expected offsets that rise from 0 to 2 (SP-R1), got 1 and 3 for row 1");
  EXPECT_EQ(packUnstructured({0, 4}, {1, 0, 2}),
            "expected offsets that rise from 0 to 2 (SP-R1), got 1 and 0 for row 0");
  EXPECT_EQ(packUnstructured({0, 4}, {-1, 1, 2}),
            "expected offsets that rise from 0 to 2 (SP-R1), got -1 and 1 for row 0");
  EXPECT_EQ(packUnstructured({0, 5}, {0, 1, 2}),
            "expected indices below 5 (SP-R2), got 5 in row 1");
  EXPECT_EQ(packUnstructured({-1, 4}, {0, 1, 2}),
            "expected indices below 5 (SP-R2), got -1 in row 0");
  EXPECT_EQ(packUnstructured({3, 3}, {0, 2}),
            "expected indices that rise (SP-R3), got 3 behind 3 in row 0");
  EXPECT_EQ(packUnstructured({3, 1}, {0, 2}),
            "expected indices that rise (SP-R3), got 1 behind 3 in row 0");
}

TEST(Bitmap, RefusesPositionsThatDescribeNoGroup) {
  Random random(1);
  HostTensor values = randomBits(ElementType::BF16, {1, 2, 2}, random);
  auto pack = [&](llvm::ArrayRef<int64_t> positions) {
    return packError({values, integers(ElementType::I8, positions).reshaped({1, 2, 2})},
                     /*inputs=*/8, /*group=*/4);
  };
  EXPECT_EQ(pack({0, 3, 1, 2}), "");
  EXPECT_EQ(pack({0, 3, 1, 4}), "expected indices below 4 (SP-R2), got 4 in row 0");
  EXPECT_EQ(pack({0, 0, 1, 2}), "expected indices that rise (SP-R3), got 0 behind 0 in row 0");
}

} // namespace
