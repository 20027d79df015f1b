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

llvm::Error structlin::packLanes(int64_t panel, const HostTensor &s, PackSink sink) {
  int64_t b1 = s.dim(0), b2 = s.dim(1);
  int64_t rankBytes = s.dim(2) * byteSize(s.type());
  int64_t laneBytes = kernels::numPieces(s.dim(2), panel) * panel * byteSize(s.type());
  Stream stream(0, sink);
  std::vector<char> lanes(laneBytes);
  for (int64_t j = 0; j < b2; ++j)
    for (int64_t i = 0; i < b1; ++i) {
      std::copy_n(s.bytes().data() + (i * b2 + j) * rankBytes, rankBytes, lanes.begin());
      if (llvm::Error error = stream.append(lanes))
        return error;
    }
  return stream.flush();
}

HostTensor structlin::unpackLanes(const HostTensor &packed, llvm::ArrayRef<int64_t> shape) {
  HostTensor result = HostTensor::allocate(packed.type(), shape);
  int64_t b1 = shape[0], b2 = shape[1];
  int64_t rankBytes = shape[2] * byteSize(packed.type());
  int64_t laneBytes = packed.dim(2) * byteSize(packed.type());
  for (int64_t j = 0; j < b2; ++j)
    for (int64_t i = 0; i < b1; ++i)
      std::copy_n(packed.bytes().data() + (j * b1 + i) * laneBytes, rankBytes,
                  result.mutableBytes().data() + (i * b2 + j) * rankBytes);
  return result;
}
