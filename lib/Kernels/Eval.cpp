//===- Eval.cpp - kernels computed on arrays ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Eval.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <cmath>
#include <limits>
#include <numeric>

using namespace structlin;
using namespace structlin::kernels;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

double kernels::roundTo(ElementType type, double value) {
  switch (type) {
  case ElementType::F32:
    return static_cast<float>(value);
  case ElementType::F16:
    return halfToFloat(doubleToHalf(value));
  case ElementType::BF16:
    return bfloatToFloat(doubleToBfloat(value));
  default:
    return value;
  }
}

/// acc + a b, rounded once, as a fused multiply-add of the accumulator's type.
static double multiplyAdd(ElementType type, double acc, double a, double b) {
  if (type == ElementType::F32)
    return std::fma(static_cast<float>(a), static_cast<float>(b), static_cast<float>(acc));
  return type == ElementType::F64 ? std::fma(a, b, acc) : acc + a * b;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Array::Array(ElementType type, std::vector<int64_t> shape) : type(type), shape(std::move(shape)) {
  int64_t size = 1;
  for (int64_t extent : this->shape)
    size *= extent;
  data.assign(size, std::numeric_limits<double>::quiet_NaN());
}

Buffer Eval::add(Array array) {
  Buffer buffer{static_cast<int64_t>(arrays.size()), array.type, {}};
  buffer.shape.append(array.shape.begin(), array.shape.end());
  arrays.push_back(std::move(array));
  return buffer;
}

Buffer Eval::scratch(ElementType type, llvm::ArrayRef<Index> shape, Scope) {
  std::vector<int64_t> extents;
  for (Index extent : shape)
    extents.push_back(extent.getConstant());
  return add(Array(type, std::move(extents)));
}

double &Eval::element(const At &place, llvm::ArrayRef<int64_t> distance) {
  Array &array = arrays[place.buffer.id];
  size_t rank = array.shape.size(), outer = rank - distance.size();
  if (place.position.size() != rank)
    llvm::report_fatal_error("kernel addresses a buffer with the wrong rank");
  int64_t offset = 0;
  for (size_t i = 0; i < rank; ++i) {
    int64_t index = place.position[i].getConstant() + (i < outer ? 0 : distance[i - outer]);
    if (index < 0 || index >= array.shape[i])
      llvm::report_fatal_error("kernel accesses memory outside a buffer");
    offset = offset * array.shape[i] + index;
  }
  return array.data[offset];
}

double Eval::read(const At &place, llvm::ArrayRef<int64_t> distance) {
  double value = element(place, distance);
  if (std::isnan(value))
    llvm::report_fatal_error("kernel reads memory that nobody wrote");
  return value;
}

void Eval::write(const At &place, llvm::ArrayRef<int64_t> distance, double value) {
  element(place, distance) = roundTo(place.buffer.type, value);
}

void Eval::copyRows(const At &to, const At &from, Index rows, int64_t cols) {
  for (int64_t i = 0; i < rows.getConstant(); ++i)
    for (int64_t j = 0; j < cols; ++j)
      write(to, {i, j}, read(from, {i, j}));
}

//===----------------------------------------------------------------------===//
// Integers and control
//===----------------------------------------------------------------------===//

Index Eval::apply(IndexOp, Index, Index) { llvm_unreachable("every index is a constant"); }

Index Eval::index(const At &position, int64_t bound) {
  auto value = static_cast<int64_t>(read(position, {}));
  if (bound != 0 && (value < 0 || value >= bound))
    llvm::report_fatal_error("kernel reads an index outside its bound");
  return value;
}

Carried Eval::loop(Index begin, Index end, const Carried &init,
                   llvm::function_ref<Carried(Index, const Carried &)> body, double) {
  Carried carried = init;
  for (int64_t i = begin.getConstant(); i < end.getConstant(); ++i)
    carried = body(i, carried);
  return carried;
}

void Eval::parallel(Index count, llvm::function_ref<void(Index)> body, const Buffer *) {
  std::vector<int64_t> order(std::max<int64_t>(0, count.getConstant()));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  for (int64_t i : order)
    body(i);
}

Carried Eval::select(Index value, int64_t first, int64_t last,
                     llvm::function_ref<Carried(int64_t)> body) {
  if (value.getConstant() < first || value.getConstant() > last)
    llvm::report_fatal_error("kernel selects a case that is not there");
  return body(value.getConstant());
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

Tile Eval::makeTile(int64_t rows, int64_t cols, Registers registers) {
  tiles.push_back(std::move(registers));
  return {static_cast<int64_t>(tiles.size()) - 1, rows, cols};
}

Tile Eval::zero(int64_t rows, int64_t cols, const ProductForm &form) {
  return makeTile(rows, cols, {form.accumulator, std::vector<double>(rows * cols, 0.0)});
}

Tile Eval::load(const At &from, int64_t rows, int64_t cols, const ProductForm &form) {
  Registers registers{from.buffer.type, {}};
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j)
      registers.data.push_back(form.usesTiles() ? element(from, {i, j}) : read(from, {i, j}));
  return makeTile(rows, cols, std::move(registers));
}

Tile Eval::multiply(Tile acc, const At &a, llvm::ArrayRef<double> b, int64_t depth,
                    const ProductForm &form) {
  PanelLayout layout = PanelLayout::get(form, acc.cols);
  // The operand is moved: a kernel that used it again would need more registers.
  Registers sum = std::move(tiles[acc.id]);
  if (sum.data.empty() && acc.rows * acc.cols != 0)
    llvm::report_fatal_error("kernel uses an accumulator twice");
  for (int64_t i = 0; i < acc.rows; ++i)
    for (int64_t t = 0; t < depth; ++t) {
      // Matrix registers load whole tiles, unused rows included.
      double x = form.usesTiles() ? element(a, {i, t}) : read(a, {i, t});
      for (int64_t j = 0; j < acc.cols; ++j) {
        double &target = sum.data[i * acc.cols + j];
        target = multiplyAdd(sum.type, target, x, b[layout.offsetInStep(j, t)]);
      }
    }
  return makeTile(acc.rows, acc.cols, std::move(sum));
}

Tile Eval::mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) {
  std::vector<double> step;
  for (int64_t i = 0; i < acc.cols * form.depth; ++i)
    step.push_back(read(b, {i}));
  return multiply(acc, a, step, depth, form);
}

Tile Eval::mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) {
  std::vector<double> step = tiles[b.id].data;
  return multiply(acc, a, step, depth, form);
}

Tile Eval::expand(const At &mask, const At &values, int64_t cols, const ProductForm &form) {
  Registers registers{values.buffer.type, {}};
  int64_t next = 0;
  for (int64_t i = 0; i < cols * form.depth; ++i) {
    bool stored = static_cast<int64_t>(read(mask, {i / 8})) >> (i % 8) & 1;
    registers.data.push_back(stored ? read(values, {next++}) : 0.0);
  }
  return makeTile(form.depth, cols, std::move(registers));
}

void Eval::expand(const At &to, const At &mask, const At &values, int64_t cols,
                  const ProductForm &form) {
  Tile step = expand(mask, values, cols, form);
  for (auto [i, value] : llvm::enumerate(tiles[step.id].data))
    write(to, {static_cast<int64_t>(i)}, value);
}

Index Eval::countValues(const At &mask, int64_t cols, const ProductForm &form) {
  int64_t count = 0;
  for (int64_t i = 0; i < cols * form.depth; ++i)
    count += static_cast<int64_t>(read(mask, {i / 8})) >> (i % 8) & 1;
  return count;
}

Tile Eval::laneProduct(Tile acc, const At &y, const At &s, int64_t n) {
  Registers sum = std::move(tiles[acc.id]);
  for (int64_t row = 0; row < acc.rows; ++row)
    for (int64_t lane = 0; lane < acc.cols; ++lane) {
      double &target = sum.data[row * acc.cols + lane];
      target = multiplyAdd(sum.type, target, read(y, {row / n, lane}), read(s, {row % n, lane}));
    }
  return makeTile(acc.rows, acc.cols, std::move(sum));
}

void Eval::storeLanes(Tile tile, const At &to, int64_t n) {
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t lane = 0; lane < tile.cols; ++lane)
      write(to, {row % n, row / n, lane}, tiles[tile.id].data[row * tile.cols + lane]);
}

Tile Eval::round(Tile tile, ElementType type) {
  Registers rounded = tiles[tile.id];
  for (double &value : rounded.data)
    value = roundTo(type, value);
  return makeTile(tile.rows, tile.cols, std::move(rounded));
}

Tile Eval::add(Tile lhs, Tile rhs) {
  Registers sum = tiles[lhs.id];
  for (auto [target, other] : llvm::zip_equal(sum.data, tiles[rhs.id].data))
    target = roundTo(sum.type, target + other);
  return makeTile(lhs.rows, lhs.cols, std::move(sum));
}

void Eval::store(Tile tile, const At &to, int64_t cols) {
  for (int64_t i = 0; i < tile.rows; ++i)
    for (int64_t j = 0; j < cols; ++j)
      write(to, {i, j}, tiles[tile.id].data[i * tile.cols + j]);
}

void Eval::finish(llvm::ArrayRef<Tile> products, Index row, Index col, Index rows, int64_t cols) {
  std::vector<llvm::ArrayRef<double>> data;
  for (Tile tile : products)
    data.push_back(tiles[tile.id].data);
  finishTiles(data, rows.getConstant(), products.front().cols, row.getConstant(), col.getConstant(),
              cols);
}
