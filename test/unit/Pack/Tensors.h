//===- Tensors.h - random tensors, and packs in memory --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the tests of lib/Pack share.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_PACK_TENSORS_H
#define STRUCTLIN_TEST_PACK_TENSORS_H

#include "structlin/Pack/Pack.h"
#include <gtest/gtest.h>
#include <random>

namespace structlin::test {

using Random = std::mt19937;

/// A number in [first, last].
inline int64_t draw(Random &random, int64_t first, int64_t last) {
  return std::uniform_int_distribution<int64_t>(first, last)(random);
}

/// Any bits: NaN, infinities and negative zero among them.
inline HostTensor randomBits(ElementType type, llvm::ArrayRef<int64_t> shape, Random &random) {
  HostTensor tensor = HostTensor::allocate(type, shape);
  for (char &byte : tensor.mutableBytes())
    byte = static_cast<char>(random());
  return tensor;
}

inline llvm::ArrayRef<char> element(const HostTensor &tensor, int64_t index) {
  unsigned size = byteSize(tensor.type());
  return tensor.bytes().slice(index * size, size);
}

inline HostTensor integers(ElementType type, llvm::ArrayRef<int64_t> values) {
  return HostTensor::fromDoubles(type, {static_cast<int64_t>(values.size())},
                                 std::vector<double>(values.begin(), values.end()));
}

/// What a packing function hands out, in memory; checks that it comes front to back.
template <typename Pack>
std::vector<HostTensor> collect(llvm::ArrayRef<TensorShape> shapes, Pack pack) {
  std::vector<std::vector<char>> bytes(shapes.size());
  llvm::Error error = pack([&](unsigned tensor, uint64_t offset, llvm::ArrayRef<char> piece) {
    EXPECT_EQ(offset, bytes[tensor].size());
    bytes[tensor].insert(bytes[tensor].end(), piece.begin(), piece.end());
    return llvm::Error::success();
  });
  EXPECT_FALSE(static_cast<bool>(error)) << llvm::toString(std::move(error));
  std::vector<HostTensor> tensors;
  for (auto [data, shape] : llvm::zip_equal(bytes, shapes)) {
    EXPECT_EQ(byteSizeOf(shape.type, shape.shape), static_cast<int64_t>(data.size()));
    tensors.push_back(HostTensor::copyOf(shape.type, shape.shape, data));
  }
  return tensors;
}

/// The panels that vectors, dot products and matrix registers read.
inline std::vector<kernels::PanelLayout> panelLayouts() {
  return {{8, 1, 8, 1},   {24, 1, 24, 1},  {16, 2, 16, 2},
          {16, 4, 16, 4}, {32, 32, 16, 2}, {48, 64, 16, 4}};
}

} // namespace structlin::test

#endif // STRUCTLIN_TEST_PACK_TENSORS_H
