//===- PanelsTest.cpp - matrices in panels, s in lanes --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tensors.h"

using namespace structlin;
using namespace structlin::test;
using kernels::PanelLayout;

namespace {

/// Matrices of random bits for each layout and element type, with sizes around those
/// of a panel and a step.
template <typename Body> void forEachCase(Body body) {
  Random random(1);
  for (const PanelLayout &layout : panelLayouts())
    for (ElementType type : allElementTypes())
      for (int round = 0; round < 4; ++round) {
        llvm::SmallVector<int64_t, 4> shape;
        for (int64_t leading = draw(random, 0, 2); leading > 0; --leading)
          shape.push_back(draw(random, 0, 3));
        shape.push_back(draw(random, 0, 2 * layout.panel + 1));
        shape.push_back(draw(random, 0, 2 * layout.depth + 1));
        body(layout, randomBits(type, shape, random));
      }
}

HostTensor packedPanels(const PanelLayout &layout, const HostTensor &tensor) {
  llvm::SmallVector<int64_t, 4> shape(tensor.shape().drop_back(2));
  for (int64_t size :
       layout.packedShape(tensor.dim(tensor.rank() - 2), tensor.dim(tensor.rank() - 1)))
    shape.push_back(size);
  return collect(TensorShape{tensor.type(), shape},
                 [&](PackSink sink) { return packPanels(layout, tensor, sink); })[0];
}

TEST(Panels, LieWhereKernelsReadThem) {
  forEachCase([](const PanelLayout &layout, const HostTensor &tensor) {
    HostTensor packed = packedPanels(layout, tensor);
    int64_t n = tensor.dim(tensor.rank() - 2), k = tensor.dim(tensor.rank() - 1);
    int64_t count = n * k == 0 ? 0 : tensor.numElements() / (n * k);
    std::vector<int64_t> sourceOf(packed.numElements(), -1);
    for (int64_t i = 0; i < count; ++i)
      kernels::forEachPacked(layout, n, k, [&](int64_t place, int64_t row, int64_t t) {
        sourceOf[i * (packed.numElements() / count) + place] = (i * n + row) * k + t;
      });
    std::vector<char> zero(byteSize(tensor.type()));
    for (int64_t place = 0; place < packed.numElements(); ++place)
      ASSERT_EQ(element(packed, place), sourceOf[place] < 0 ? llvm::ArrayRef<char>(zero)
                                                            : element(tensor, sourceOf[place]));
  });
}

TEST(Panels, AreUndone) {
  forEachCase([](const PanelLayout &layout, const HostTensor &tensor) {
    HostTensor back = unpackPanels(layout, packedPanels(layout, tensor), tensor.shape());
    EXPECT_EQ(back.shape(), tensor.shape());
    EXPECT_EQ(back.bytes(), tensor.bytes());
  });
}

TEST(Panels, ComeInPieces) {
  Random random(2);
  HostTensor tensor = randomBits(ElementType::F32, {300, 2000}, random);
  PanelLayout layout{24, 1, 24, 1};
  int pieces = 0;
  size_t largest = 0;
  cantFail(packPanels(layout, tensor, [&](unsigned, uint64_t, llvm::ArrayRef<char> piece) {
    ++pieces;
    largest = std::max(largest, piece.size());
    return llvm::Error::success();
  }));
  EXPECT_GE(pieces, 2);
  EXPECT_LE(largest, size_t(3 << 19));
  EXPECT_EQ(unpackPanels(layout, packedPanels(layout, tensor), tensor.shape()).bytes(),
            tensor.bytes());
}

TEST(Panels, PassOnAnErrorOfTheSink) {
  Random random(3);
  HostTensor tensor = randomBits(ElementType::I8, {3, 3}, random);
  llvm::Error error =
      packPanels({8, 1, 8, 1}, tensor, [](unsigned, uint64_t, llvm::ArrayRef<char>) {
        return llvm::createStringError("no space left");
      });
  EXPECT_EQ(llvm::toString(std::move(error)), "no space left");
}

TEST(Lanes, AreTransposedFilledUpAndUndone) {
  Random random(4);
  for (ElementType type : allElementTypes())
    for (int round = 0; round < 4; ++round) {
      int64_t b1 = draw(random, 0, 4), b2 = draw(random, 0, 4), r = draw(random, 0, 20);
      HostTensor s = randomBits(type, {b1, b2, r}, random);
      int64_t panels = (r + 7) / 8;
      HostTensor packed = collect(TensorShape{type, {panels, b2, b1, 8}},
                                  [&](PackSink sink) { return packLanes(8, s, sink); })[0];
      std::vector<char> zero(byteSize(type));
      for (int64_t j = 0; j < b2; ++j)
        for (int64_t i = 0; i < b1; ++i)
          for (int64_t lane = 0; lane < panels * 8; ++lane)
            ASSERT_EQ(element(packed, ((lane / 8 * b2 + j) * b1 + i) * 8 + lane % 8),
                      lane < r ? element(s, (i * b2 + j) * r + lane) : llvm::ArrayRef<char>(zero));
      EXPECT_EQ(unpackLanes(packed, s.shape()).bytes(), s.bytes());
    }
}

} // namespace
