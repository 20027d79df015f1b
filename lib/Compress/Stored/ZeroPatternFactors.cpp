//===- ZeroPatternFactors.cpp - a matrix with zeros as sparse factors ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes a matrix apart into the factors of block_sparse and sparse, in the orders
// that docs/Spec.md has for them. Padding is positive zero.
//
//===----------------------------------------------------------------------===//

#include "ZeroPattern.h"
#include "structlin/Compress/FitSupport.h"

using namespace mlir;
using namespace mlir::structlin;

/// Memory of its own, all zero.
static HostTensor allocateZeros(ElementType type, ArrayRef<int64_t> shape) {
  HostTensor tensor = HostTensor::allocate(type, shape);
  llvm::fill(tensor.mutableBytes(), 0);
  return tensor;
}

SmallVector<FittedFactor> ZeroPattern::split(StructureAttrInterface structure) const {
  if (auto block = dyn_cast<BlockSparseAttr>(structure))
    return splitBlocks(block.getBlock()[0], block.getBlock()[1]);
  auto sparse = cast<SparseAttr>(structure);
  return sparse.isNM() ? splitGroups(sparse.getN(), sparse.getM()) : splitUnstructured();
}

SmallVector<FittedFactor> ZeroPattern::splitUnstructured() const {
  HostTensor values = HostTensor::allocate(matrix.type(), {nonZeros});
  std::vector<int64_t> indices, offsets{0};
  indices.reserve(nonZeros);
  char *target = values.mutableBytes().data();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      if (!isNonZero(row, column))
        continue;
      const char *entry = matrix.bytes().data() + (row * columns + column) * entryBytes;
      target = std::copy_n(entry, entryBytes, target);
      indices.push_back(column);
    }
    offsets.push_back(indices.size());
  }
  return {{"values", std::move(values)},
          makeIndexFactor("indices", indices),
          makeIndexFactor("offsets", offsets)};
}

SmallVector<FittedFactor> ZeroPattern::splitGroups(int64_t n, int64_t m) const {
  int64_t groups = llvm::divideCeil(columns, m);
  HostTensor values = allocateZeros(matrix.type(), {rows, groups, n});
  HostTensor positions = HostTensor::allocate(ElementType::I8, {rows, groups, n});
  char *value = values.mutableBytes().data(), *position = positions.mutableBytes().data();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t begin = 0; begin < columns; begin += m) {
      // Slots that no entry needs take the first zeros: positions must rise.
      int64_t spare = n - countInGroup(row, begin, m);
      for (int64_t offset = 0; offset < m; ++offset) {
        int64_t column = begin + offset;
        bool isStored = column < columns && isNonZero(row, column);
        if (!isStored && spare == 0)
          continue;
        if (isStored)
          std::copy_n(matrix.bytes().data() + (row * columns + column) * entryBytes, entryBytes,
                      value);
        else
          --spare;
        value += entryBytes;
        *position++ = char(offset);
      }
    }
  return {{"values", std::move(values)}, {"indices", std::move(positions)}};
}

SmallVector<FittedFactor> ZeroPattern::splitBlocks(int64_t height, int64_t width) const {
  int64_t blockRows = llvm::divideCeil(rows, height);
  int64_t blockColumns = llvm::divideCeil(columns, width);
  HostTensor values = allocateZeros(matrix.type(), {countBlocks(height, width), height, width});
  std::vector<int64_t> indices, offsets{0};
  char *block = values.mutableBytes().data();
  for (int64_t i = 0; i < blockRows; ++i) {
    int64_t beginRow = i * height, endRow = std::min(beginRow + height, rows);
    for (int64_t j = 0; j < blockColumns; ++j) {
      int64_t beginColumn = j * width, count = std::min(width, columns - beginColumn);
      auto rowsOfBlock = llvm::seq(beginRow, endRow);
      if (llvm::none_of(rowsOfBlock,
                        [&](int64_t row) { return countInGroup(row, beginColumn, width) != 0; }))
        continue;
      for (int64_t row : rowsOfBlock)
        std::copy_n(matrix.bytes().data() + (row * columns + beginColumn) * entryBytes,
                    count * entryBytes, block + (row - beginRow) * width * entryBytes);
      block += height * width * entryBytes;
      indices.push_back(j);
    }
    offsets.push_back(indices.size());
  }
  return {{"values", std::move(values)},
          makeIndexFactor("indices", indices),
          makeIndexFactor("offsets", offsets)};
}
