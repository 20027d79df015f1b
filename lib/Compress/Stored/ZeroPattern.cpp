//===- ZeroPattern.cpp - the structure of a matrix' zeros ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Detection: each candidate is counted exactly, and the cheapest one that the zeros
// really have wins. Block sizes are counted on a pyramid of maps, each half of
// another, which takes about four passes over the matrix for all of them.
//
//===----------------------------------------------------------------------===//

#include "ZeroPattern.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::structlin;

/// A structure is that of the zeros if at most one stored entry in ten is zero.
static bool isFilled(int64_t nonZeros, int64_t stored) { return 10 * nonZeros >= 9 * stored; }

/// Sizes of an i32 index and of a position in a group.
static constexpr int64_t indexBytes = 4, positionBytes = 1;

template <typename T>
static std::vector<uint8_t> markNonZeros(const HostTensor &matrix, T ignoredBits) {
  HostTensor aligned = matrix.aligned();
  ArrayRef<T> entries = aligned.as<T>();
  std::vector<uint8_t> mask(entries.size());
  llvm::transform(entries, mask.begin(), [&](T entry) { return T(entry & T(~ignoredBits)) != 0; });
  return mask;
}

/// The sign bit of floating-point numbers of type T, which zero may have.
template <typename T> static T signOf(const HostTensor &matrix) {
  return ::structlin::isFloat(matrix.type()) ? T(T(1) << (8 * sizeof(T) - 1)) : T(0);
}

ZeroPattern::ZeroPattern(const HostTensor &matrix)
    : matrix(matrix), rows(matrix.dim(0)), columns(matrix.dim(1)),
      entryBytes(::structlin::byteSize(matrix.type())) {
  switch (entryBytes) {
  case 1:
    mask = markNonZeros(matrix, signOf<uint8_t>(matrix));
    break;
  case 2:
    mask = markNonZeros(matrix, signOf<uint16_t>(matrix));
    break;
  case 4:
    mask = markNonZeros(matrix, signOf<uint32_t>(matrix));
    break;
  default:
    mask = markNonZeros(matrix, signOf<uint64_t>(matrix));
    break;
  }
  for (uint8_t entry : mask)
    nonZeros += entry;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

int64_t ZeroPattern::countInGroup(int64_t row, int64_t begin, int64_t size) const {
  int64_t count = 0;
  for (int64_t column = begin; column < std::min(begin + size, columns); ++column)
    count += isNonZero(row, column);
  return count;
}

int64_t ZeroPattern::getMostInGroup(int64_t size) const {
  int64_t most = 0;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t begin = 0; begin < columns; begin += size)
      most = std::max(most, countInGroup(row, begin, size));
  return most;
}

int64_t ZeroPattern::countBlocks(int64_t height, int64_t width) const {
  int64_t blockColumns = llvm::divideCeil(columns, width), count = 0;
  std::vector<uint8_t> seen(blockColumns);
  for (int64_t row = 0; row < rows; ++row) {
    if (row % height == 0)
      llvm::fill(seen, 0);
    for (int64_t column = 0; column < columns; ++column)
      if (isNonZero(row, column) && !seen[column / width]) {
        seen[column / width] = 1;
        ++count;
      }
  }
  return count;
}

namespace {
/// Which cells of a grid over the matrix hold an entry that is not zero.
struct Grid {
  int64_t rows, columns;
  std::vector<uint8_t> cells;
};
} // namespace

static Grid halveRows(const Grid &grid) {
  Grid half{int64_t(llvm::divideCeil(grid.rows, 2)), grid.columns, {}};
  half.cells.resize(half.rows * half.columns);
  for (int64_t row = 0; row < grid.rows; ++row)
    for (int64_t column = 0; column < grid.columns; ++column)
      half.cells[row / 2 * half.columns + column] |= grid.cells[row * grid.columns + column];
  return half;
}

static Grid halveColumns(const Grid &grid) {
  Grid half{grid.rows, int64_t(llvm::divideCeil(grid.columns, 2)), {}};
  half.cells.resize(half.rows * half.columns);
  for (int64_t row = 0; row < grid.rows; ++row)
    for (int64_t column = 0; column < grid.columns; ++column)
      half.cells[row * half.columns + column / 2] |= grid.cells[row * grid.columns + column];
  return half;
}

//===----------------------------------------------------------------------===//
// Detection
//===----------------------------------------------------------------------===//

/// Fraction as a structure stores it.
static Real getFraction(int64_t part, int64_t whole) {
  return Real(whole == 0 ? 0.0 : double(part) / double(whole));
}

namespace {
/// The best structure so far. Equal bytes go to the one that was proposed first.
class Choice {
public:
  explicit Choice(int64_t nonZeros) : nonZeros(nonZeros) {}

  /// Proposes a structure that stores `stored` entries, padding not counted.
  void propose(StructureAttrInterface structure, int64_t stored, int64_t bytes) {
    if (!isFilled(nonZeros, stored) || (best && bytes >= bestBytes))
      return;
    best = structure;
    bestBytes = bytes;
  }

  StructureAttrInterface best;

private:
  int64_t nonZeros, bestBytes = 0;
};
} // namespace

/// Proposes blocks of one size, given which of them are stored.
static void proposeBlocks(Choice &choice, MLIRContext *context, const Grid &stored, int64_t height,
                          int64_t width, const HostTensor &matrix) {
  int64_t blocks = 0, inside = 0;
  for (int64_t i = 0; i < stored.rows; ++i)
    for (int64_t j = 0; j < stored.columns; ++j)
      if (stored.cells[i * stored.columns + j]) {
        ++blocks;
        inside += std::min(height, matrix.dim(0) - i * height) *
                  std::min(width, matrix.dim(1) - j * width);
      }
  int64_t entryBytes = ::structlin::byteSize(matrix.type());
  choice.propose(
      BlockSparseAttr::get(context, {height, width},
                           getFraction(blocks, stored.rows * stored.columns)),
      inside, blocks * (height * width * entryBytes + indexBytes) + (stored.rows + 1) * indexBytes);
}

StructureAttrInterface ZeroPattern::detect(MLIRContext *context, bool allowBlocks) const {
  int64_t total = rows * columns;
  Choice choice(nonZeros);
  for (int64_t m = 2; m <= std::min<int64_t>(32, columns); m *= 2) {
    int64_t n = getMostInGroup(m);
    if (n == 0 || n == m)
      continue;
    int64_t groups = llvm::divideCeil(columns, m);
    // The last group may have room for fewer.
    int64_t slots = rows * ((groups - 1) * n + std::min(n, columns - (groups - 1) * m));
    choice.propose(SparseAttr::get(context, n, m, Real()), slots,
                   rows * groups * n * (entryBytes + positionBytes));
  }

  Grid tall{rows, columns, allowBlocks && nonZeros > 0 ? mask : std::vector<uint8_t>()};
  for (int64_t height = 1; !tall.cells.empty() && height <= std::min<int64_t>(256, rows);
       height *= 2) {
    if (height > 1)
      tall = halveRows(tall);
    Grid grid = tall;
    for (int64_t width = 1; width <= std::min<int64_t>(256, columns); width *= 2) {
      if (width > 1)
        grid = halveColumns(grid);
      // Blocks of one entry are single entries.
      if (height * width > 1)
        proposeBlocks(choice, context, grid, height, width, matrix);
    }
  }

  choice.propose(SparseAttr::get(context, 0, 0, getFraction(nonZeros, total)), nonZeros,
                 nonZeros * (entryBytes + indexBytes) + (rows + 1) * indexBytes);
  std::string reason =
      nonZeros == total
          ? std::string("it has no zeros")
          : llvm::formatv("only {0} of its {1} entries are zero", total - nonZeros, total).str();
  choice.propose(DenseAttr::get(context, StringAttr::get(context, reason)), total,
                 total * entryBytes);
  return choice.best;
}

FailureOr<StructureAttrInterface> ZeroPattern::match(StructureAttrInterface structure,
                                                     std::string &why) const {
  MLIRContext *context = structure.getContext();
  auto checkKeep = [&](Real keep, Real found) {
    if (!keep || found.value <= keep.value)
      return success();
    why = llvm::formatv("expected a fraction of at most {0:f4} to be stored, got {1:f4}",
                        keep.value, found.value);
    return failure();
  };
  if (auto block = dyn_cast<BlockSparseAttr>(structure)) {
    int64_t height = block.getBlock()[0], width = block.getBlock()[1];
    if (height > rows || width > columns) {
      why = llvm::formatv("expected blocks within the weight, {0} x {1}, got blocks of {2} x {3}",
                          rows, columns, height, width);
      return failure();
    }
    int64_t all = llvm::divideCeil(rows, height) * llvm::divideCeil(columns, width);
    Real found = getFraction(countBlocks(height, width), all);
    if (failed(checkKeep(block.getKeep(), found)))
      return failure();
    return StructureAttrInterface(BlockSparseAttr::get(context, block.getBlock(), found));
  }
  auto sparse = dyn_cast<SparseAttr>(structure);
  if (!sparse) {
    why = ("expected zeros to be described by #structlin.sparse or #structlin.block_sparse, got " +
           structure.getFamily())
              .str();
    return failure();
  }
  if (!sparse.isNM()) {
    Real found = getFraction(nonZeros, rows * columns);
    if (failed(checkKeep(sparse.getKeep(), found)))
      return failure();
    return StructureAttrInterface(SparseAttr::get(context, 0, 0, found));
  }
  int64_t n = sparse.getN(), m = sparse.getM();
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t begin = 0; begin < columns; begin += m)
      if (int64_t count = countInGroup(row, begin, m); count > n) {
        why = llvm::formatv("expected at most {0} of every {1} entries not to be zero, got {2} in "
                            "row {3} from column {4} on",
                            n, m, count, row, begin);
        return failure();
      }
  return structure;
}
