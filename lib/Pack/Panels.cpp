//===- Panels.cpp - matrices in panels, s in lanes ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

using namespace structlin;
using namespace structlin::pack;
using kernels::PanelLayout;

namespace {
/// Matrices of n x k one after the other, and the panels of all of them.
struct Matrices {
  int64_t count = 1, n, k;
  int64_t numPanels;

  Matrices(const PanelLayout &layout, llvm::ArrayRef<int64_t> shape)
      : n(shape[shape.size() - 2]), k(shape[shape.size() - 1]), numPanels(layout.numPanels(n)) {
    for (int64_t extent : shape.drop_back(2))
      count *= extent;
  }
};
} // namespace

/// Calls body(element of the matrix, element of the panel) for the elements of panel
/// `panel` of an n x k matrix.
template <typename Body>
static void forEachInPanel(const PanelLayout &layout, int64_t n, int64_t k, int64_t panel,
                           Body body) {
  int64_t begin = panel * layout.panel, end = std::min(n, begin + layout.panel);
  for (int64_t row = begin; row < end; ++row) {
    llvm::SmallVector<int64_t, 64> offsets;
    for (int64_t t = 0; t < layout.depth; ++t)
      offsets.push_back(layout.offsetInStep(row - begin, t));
    for (int64_t first = 0, step = 0; first < k; first += layout.depth, ++step)
      for (int64_t t = 0; t < std::min(layout.depth, k - first); ++t)
        body(row * k + first + t, step * layout.stepSize() + offsets[t]);
  }
}

llvm::Error structlin::packPanels(const PanelLayout &layout, const HostTensor &matrices,
                                  PackSink sink) {
  Matrices sizes(layout, matrices.shape());
  unsigned size = byteSize(matrices.type());
  int64_t panelSize = layout.numSteps(sizes.k) * layout.stepSize();
  std::vector<char> packed(panelSize * size);
  Stream stream(0, sink);
  for (int64_t number = 0; number < sizes.count * sizes.numPanels; ++number) {
    std::fill(packed.begin(), packed.end(), 0);
    const char *matrix =
        matrices.bytes().data() + number / sizes.numPanels * sizes.n * sizes.k * size;
    withWord(size, [&](auto word) {
      forEachInPanel(layout, sizes.n, sizes.k, number % sizes.numPanels,
                     [&](int64_t from, int64_t to) {
                       store(packed.data(), to, load<decltype(word)>(matrix, from));
                     });
    });
    if (llvm::Error error = stream.append(packed))
      return error;
  }
  return stream.flush();
}

HostTensor structlin::unpackPanels(const PanelLayout &layout, const HostTensor &packed,
                                   llvm::ArrayRef<int64_t> shape) {
  HostTensor result = HostTensor::allocate(packed.type(), shape);
  Matrices sizes(layout, shape);
  unsigned size = byteSize(packed.type());
  int64_t panelSize = layout.numSteps(sizes.k) * layout.stepSize();
  for (int64_t number = 0; number < sizes.count * sizes.numPanels; ++number) {
    char *matrix =
        result.mutableBytes().data() + number / sizes.numPanels * sizes.n * sizes.k * size;
    const char *panel = packed.bytes().data() + number * panelSize * size;
    withWord(size, [&](auto word) {
      forEachInPanel(
          layout, sizes.n, sizes.k, number % sizes.numPanels,
          [&](int64_t to, int64_t from) { store(matrix, to, load<decltype(word)>(panel, from)); });
    });
  }
  return result;
}

/// Calls body(to, from, count) for the runs of `count` elements of s (b1, b2, r) that lie
/// together in its packed form; where a panel is longer, zeros follow.
static llvm::Error forEachLaneRun(int64_t panel, llvm::ArrayRef<int64_t> shape,
                                  llvm::function_ref<llvm::Error(int64_t, int64_t, int64_t)> body) {
  int64_t b1 = shape[0], b2 = shape[1], rank = shape[2], to = 0;
  for (int64_t first = 0; first < rank; first += panel)
    for (int64_t j = 0; j < b2; ++j)
      for (int64_t i = 0; i < b1; ++i, to += panel)
        if (llvm::Error error =
                body(to, (i * b2 + j) * rank + first, std::min(panel, rank - first)))
          return error;
  return llvm::Error::success();
}

llvm::Error structlin::packLanes(int64_t panel, const HostTensor &s, PackSink sink) {
  int64_t size = byteSize(s.type());
  Stream stream(0, sink);
  std::vector<char> lanes(panel * size);
  auto append = [&](int64_t, int64_t from, int64_t count) {
    auto end = std::copy_n(s.bytes().data() + from * size, count * size, lanes.begin());
    std::fill(end, lanes.end(), 0);
    return stream.append(lanes);
  };
  if (llvm::Error error = forEachLaneRun(panel, s.shape(), append))
    return error;
  return stream.flush();
}

HostTensor structlin::unpackLanes(const HostTensor &packed, llvm::ArrayRef<int64_t> shape) {
  HostTensor result = HostTensor::allocate(packed.type(), shape);
  int64_t size = byteSize(packed.type());
  auto copy = [&](int64_t to, int64_t from, int64_t count) {
    std::copy_n(packed.bytes().data() + to * size, count * size,
                result.mutableBytes().data() + from * size);
    return llvm::Error::success();
  };
  llvm::cantFail(forEachLaneRun(packed.dim(3), shape, copy));
  return result;
}
