//===- CostTiles.cpp - what operations on tiles take ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The instructions that the emitter writes for each operation, and the registers that
// they use.
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Cost.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/ADT/STLExtras.h"

using namespace structlin;
using namespace structlin::kernels;

/// A matrix register's accumulators.
static constexpr int64_t kMatrixRows = 16, kMatrixCols = 16;

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

/// Whether elements of `type` have to be widened before they are multiplied.
bool Cost::isWidened(ElementType type, const ProductForm &form) const {
  return form.group == 1 && type != form.accumulator;
}

Tile Cost::makeTile(int64_t rows, int64_t cols, ProductForm form) {
  int64_t count = form.usesTiles() ? numPieces(rows, kMatrixRows) * (cols / kMatrixCols)
                                   : rows * numPieces(cols, lanesOf(form));
  tiles.push_back({form, count, true});
  useRegisters(0, form.usesTiles());
  return {static_cast<int64_t>(tiles.size()) - 1, rows, cols};
}

void Cost::release(Tile tile) { tiles[tile.id].alive = false; }

void Cost::restore(const std::vector<Registers> &before) {
  for (size_t i = 0; i < tiles.size(); ++i)
    tiles[i].alive = i < before.size() && before[i].alive;
}

void Cost::useRegisters(int64_t beside, bool matrix) {
  int64_t used = beside;
  for (const Registers &registers : tiles)
    if (registers.alive && registers.form.usesTiles() == matrix)
      used += registers.count;
  int64_t &peak = matrix ? tileRegisters : vectorRegisters;
  peak = std::max(peak, used);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Elements of a box.
static double volume(llvm::ArrayRef<int64_t> box) {
  double size = 1;
  for (int64_t extent : box)
    size *= extent;
  return size;
}

/// The extents of a box in the trailing dimensions of `place`, one in the others.
static llvm::SmallVector<int64_t, 4> extentsAt(const At &place, llvm::ArrayRef<int64_t> box) {
  llvm::SmallVector<int64_t, 4> extents(place.position.size() - box.size(), 1);
  llvm::append_range(extents, box);
  return extents;
}

void Cost::load(Counts &code, const At &place, llvm::ArrayRef<int64_t> box, double instructions) {
  double bytes = volume(box) * byteSize(place.buffer.type);
  code.loads += instructions;
  code.loadedBytes += bytes;
  touch(place, extentsAt(place, box), bytes);
}

void Cost::store(Counts &code, const At &place, llvm::ArrayRef<int64_t> box, double instructions) {
  double bytes = volume(box) * byteSize(place.buffer.type);
  code.stores += instructions;
  code.storedBytes += bytes;
  touch(place, extentsAt(place, box), bytes, /*written=*/true);
}

void Cost::copyRows(const At &to, const At &from, Index rows, int64_t cols) {
  int64_t vectors = numPieces(cols, getTarget().lanes(from.buffer.type));
  forEach(0, rows, [&](Index row) {
    load(counts(), moved(from, -2, row), {1, cols}, vectors);
    store(counts(), moved(to, -2, row), {1, cols}, vectors);
  });
}

void Cost::prefetch(const At &, CacheLevel) { counts().prefetches += 1; }

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Tile Cost::zero(int64_t rows, int64_t cols, const ProductForm &form) {
  return makeTile(rows, cols, form);
}

Tile Cost::load(const At &from, int64_t rows, int64_t cols, const ProductForm &form) {
  Tile tile = makeTile(rows, cols, form);
  load(counts(form), from, {rows, cols}, tiles[tile.id].count);
  return tile;
}

/// The products, and what they read of A.
Tile Cost::multiply(Tile acc, const At &a, int64_t depth, const ProductForm &form) {
  ++numOperations;
  Counts &code = counts(form);
  code.products += tiles[acc.id].count;
  code.flops += 2.0 * acc.rows * acc.cols * depth;
  if (form.usesTiles()) {
    int64_t registers = numPieces(acc.rows, kMatrixRows);
    if (depth == form.depth) {
      load(code, a, {acc.rows, depth}, registers);
    } else {
      // Its rows are copied first, and followed by zeros.
      load(code, a, {acc.rows, depth}, acc.rows + registers);
      code.stores += acc.rows;
      code.storedBytes += acc.rows * form.depth * byteSize(a.buffer.type);
    }
  } else {
    // A group of the reduction that is not whole is loaded element by element.
    load(code, a, {acc.rows, depth}, depth == form.depth ? acc.rows : acc.rows * depth);
    if (isWidened(a.buffer.type, form))
      code.conversions += acc.rows;
  }
  release(acc);
  return makeTile(acc.rows, acc.cols, form);
}

Tile Cost::mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) {
  int64_t across = acc.cols / (form.usesTiles() ? kMatrixCols : lanesOf(form));
  bool widened = isWidened(b.buffer.type, form);
  Counts &code = counts(form);
  load(code, b, {acc.cols * form.depth}, across);
  if (widened)
    code.conversions += across;
  // Matrix registers hold B. On vectors the operand with fewer of them is held, and
  // what serves one row is multiplied from memory.
  bool fromMemory = !form.usesTiles() && acc.rows == 1;
  int64_t held = form.usesTiles() ? across : std::min(acc.rows, across);
  useRegisters(1 + (fromMemory ? widened : held), form.usesTiles());
  return multiply(acc, a, depth, form);
}

Tile Cost::mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) {
  useRegisters(1, /*matrix=*/false);
  Tile result = multiply(acc, a, depth, form);
  release(b);
  return result;
}

/// The share of a packed factor's elements that its values are.
static double densityOf(const At &mask, const At &values) {
  double elements = 8;
  for (Index extent : mask.buffer.shape)
    elements *= extent.isConstant() ? extent.getConstant() : 1;
  Index stored = values.buffer.shape.back();
  return stored.isConstant() && elements != 0
             ? std::min(1.0, static_cast<double>(stored.getConstant()) / elements)
             : 1.0;
}

void Cost::expandVectors(const At &mask, const At &values, int64_t elements, int64_t vectors,
                         const ProductForm &form) {
  Counts &code = counts(form);
  load(code, mask, {elements / 8},
       elements / getTarget().maskWord(values.buffer.type, elements, elements / vectors));
  double bytes = densityOf(mask, values) * elements * byteSize(values.buffer.type);
  switch (getTarget().getExpansion(values.buffer.type, elements / vectors)) {
  case Expansion::Elements:
  case Expansion::Words:
    code.loads += vectors;
    break;
  case Expansion::Shuffle: // Values, and the row of the table.
    code.loads += 2 * vectors;
    break;
  case Expansion::Lanes:
    code.loads += elements;
    break;
  }
  code.loadedBytes += bytes;
  touch(values, {elements}, bytes);
  code.expansions += vectors;
}

Tile Cost::expand(const At &mask, const At &values, int64_t cols, const ProductForm &form) {
  int64_t elements = cols * form.depth, vectors = elements / (lanesOf(form) * form.group);
  expandVectors(mask, values, elements, vectors, form);
  if (isWidened(values.buffer.type, form))
    counts(form).conversions += vectors;
  return makeTile(form.depth / form.group, cols, form);
}

void Cost::expand(const At &to, const At &mask, const At &values, int64_t cols,
                  const ProductForm &form) {
  int64_t elements = cols * form.depth;
  int64_t vectors = numPieces(elements, getTarget().expandedLanes(values.buffer.type));
  expandVectors(mask, values, elements, vectors, form);
  store(counts(form), to, {elements}, vectors);
}

Index Cost::countValues(const At &, int64_t, const ProductForm &) {
  // The masks are in registers since they were expanded by.
  return makeVariable(0, int64_t(1) << 40, /*known=*/false);
}

Tile Cost::laneProduct(Tile acc, const At &y, const At &s, int64_t n) {
  ++numOperations;
  ProductForm form = tiles[acc.id].form;
  int64_t across = acc.cols / lanesOf(form), tokens = acc.rows / n;
  Counts &code = counts(form);
  load(code, s, {n, acc.cols}, n * across);
  load(code, y, {tokens, acc.cols}, tokens * across);
  code.products += acc.rows * across;
  code.flops += 2.0 * acc.rows * acc.cols;
  for (auto [type, loads] : {std::pair(s.buffer.type, n), std::pair(y.buffer.type, tokens)})
    if (isWidened(type, form))
      code.conversions += loads * across;
  useRegisters(n + 1, /*matrix=*/false);
  release(acc);
  return makeTile(acc.rows, acc.cols, form);
}

//===----------------------------------------------------------------------===//
// Whole tiles
//===----------------------------------------------------------------------===//

Tile Cost::round(Tile tile, ElementType) {
  ProductForm form = tiles[tile.id].form;
  counts(form).conversions += 2 * tiles[tile.id].count;
  release(tile);
  return makeTile(tile.rows, tile.cols, form);
}

Tile Cost::add(Tile lhs, Tile rhs) {
  release(lhs);
  release(rhs);
  return makeTile(lhs.rows, lhs.cols, tiles[lhs.id].form);
}

void Cost::storeLanes(Tile tile, const At &to, int64_t n) {
  const Registers &registers = tiles[tile.id];
  store(counts(registers.form), to, {n, tile.rows / n, tile.cols}, registers.count);
  if (to.buffer.type != registers.form.accumulator)
    counts(registers.form).conversions += registers.count;
  release(tile);
}

void Cost::store(Tile tile, const At &to, int64_t cols) {
  ProductForm form = tiles[tile.id].form;
  int64_t vectors = tile.rows * numPieces(cols, lanesOf(form));
  Counts &code = counts(form);
  bool whole = form.usesTiles() && to.buffer.type == form.accumulator && cols == tile.cols;
  if (form.usesTiles() && !whole) {
    // Matrix registers go through memory to become vectors.
    code.stores += tiles[tile.id].count;
    code.loads += vectors;
  }
  store(code, to, {tile.rows, cols}, whole ? tiles[tile.id].count : vectors);
  if (to.buffer.type != form.accumulator)
    code.conversions += vectors;
  release(tile);
}

void Cost::finish(llvm::ArrayRef<Tile> products, Index row, Index col, Index, int64_t cols) {
  ProductForm form = tiles[products.front().id].form;
  int64_t rows = products.front().rows, vectors = rows * numPieces(cols, lanesOf(form));
  Counts &code = counts(form);
  for (Tile tile : products) {
    if (form.usesTiles()) {
      code.stores += tiles[tile.id].count;
      code.loads += tile.rows * tile.cols / lanesOf(form);
    }
    release(tile);
  }
  for (const Buffer &result : results) {
    store(code, at(result, {row, col}), {rows, cols}, vectors);
    if (result.type != form.accumulator)
      code.conversions += vectors;
  }
}
