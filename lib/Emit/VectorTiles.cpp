//===- VectorTiles.cpp - tiles in vector registers ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An accumulator is a row of a tile, cut into vectors. A is broadcast, B is loaded;
// what is stored narrower than the accumulator is widened on the way.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "structlin/Archive/ElementType.h"
#include "structlin/Emit/KernelEmitter.h"
#include "structlin/Emit/PartialVectors.h"
#include "structlin/Emit/Rounding.h"

using namespace mlir;
using namespace mlir::structlin;

KernelEmitter::Tile KernelEmitter::makeTile(int64_t rows, int64_t cols, Registers registers) {
  tiles.push_back(std::move(registers));
  return {static_cast<int64_t>(tiles.size()) - 1, rows, cols};
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value KernelEmitter::loadVector(const At &place, ArrayRef<int64_t> distance, int64_t size) {
  auto type = VectorType::get({size}, toType(place.buffer.type));
  Place source = placeOf(place, distance, size);
  return vector::LoadOp::create(builder, location, type, source.memref, source.position);
}

Value KernelEmitter::loadFirstElements(const At &place, int64_t size, int64_t lanes) {
  return loadFirst(builder, location, getTarget(), memrefOf(place.buffer), positionOf(place), size,
                   lanes);
}

void KernelEmitter::storeVector(Value vector, const At &place, ArrayRef<int64_t> distance,
                                int64_t size) {
  Place target = placeOf(place, distance, size);
  storeFirst(builder, location, getTarget(), vector, target.memref, target.position, size);
}

/// The type of `value` with another element type.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return VectorType::get(vector.getShape(), element);
  return element;
}

Value KernelEmitter::widen(Value value, ElementType to) {
  Type element = toType(to);
  if (isa<IntegerType>(getElementTypeOrSelf(value.getType())) && isa<FloatType>(element))
    return arith::SIToFPOp::create(builder, location, withElement(value.getType(), element), value);
  return convertElements(builder, location, getTarget(), value, element);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

Value KernelEmitter::broadcastA(const At &a, int64_t row, int64_t depth, const ProductForm &form) {
  int64_t lanes = lanesOf(form.accumulator);
  auto load = [&](int64_t t) {
    Place source = placeOf(a, {row, t});
    return memref::LoadOp::create(builder, location, source.memref, source.position);
  };
  if (form.group == 1) {
    Value scalar = load(0);
    return vector::BroadcastOp::create(builder, location,
                                       VectorType::get({lanes}, toType(form.accumulator)),
                                       widen(scalar, form.accumulator));
  }
  // A group is broadcast as one integer of 32 bits.
  auto groupType = VectorType::get({form.group}, toType(a.buffer.type));
  Value group;
  if (depth == form.group) {
    group = loadVector(a, {row, 0}, form.group);
  } else {
    group = arith::ConstantOp::create(builder, location, builder.getZeroAttr(groupType));
    for (int64_t t = 0; t < depth; ++t) {
      group = vector::InsertOp::create(builder, location, load(t), group, t);
    }
  }
  Type i32 = builder.getI32Type();
  Value bits = vector::BitCastOp::create(builder, location, VectorType::get({1}, i32), group);
  Value scalar = vector::ExtractOp::create(builder, location, bits, int64_t(0));
  Value all = vector::BroadcastOp::create(builder, location, VectorType::get({lanes}, i32), scalar);
  return vector::BitCastOp::create(
      builder, location, VectorType::get({lanes * form.group}, toType(a.buffer.type)), all);
}

Value KernelEmitter::multiplyAdd(Value acc, Value a, Value b, const ProductForm &form) {
  if (form.group == 2)
    return x86vector::DotBF16Op::create(builder, location, acc.getType(), acc, b, a);
  assert(form.group == 1 && "expected single products or pairs of bf16");
  if (isFloat(form.accumulator))
    return vector::FMAOp::create(builder, location, a, b, acc);
  Value product = arith::MulIOp::create(builder, location, a, b);
  return arith::AddIOp::create(builder, location, acc, product);
}

Value KernelEmitter::loadPanelVector(const At &b, int64_t number, const ProductForm &form) {
  int64_t size = lanesOf(form.accumulator) * form.group;
  Value vector = loadVector(b, {number * size}, size);
  return form.group == 1 ? widen(vector, form.accumulator) : vector;
}

KernelEmitter::Tile KernelEmitter::multiplyVectors(Tile acc, const At &a,
                                                   llvm::function_ref<Value(int64_t)> getB,
                                                   bool holdsA, int64_t depth,
                                                   const ProductForm &form) {
  Registers sum = registersOf(acc);
  int64_t across = acc.cols / lanesOf(form.accumulator);
  auto multiply = [&](int64_t i, int64_t j, Value x, Value w) {
    Value &target = sum.values[i * across + j];
    target = multiplyAdd(target, x, w, form);
  };
  SmallVector<Value> held;
  for (int64_t n = 0; n < (holdsA ? acc.rows : across); ++n)
    held.push_back(holdsA ? broadcastA(a, n, depth, form) : getB(n));
  for (int64_t n = 0; n < (holdsA ? across : acc.rows); ++n) {
    Value next = holdsA ? getB(n) : broadcastA(a, n, depth, form);
    for (auto [k, other] : llvm::enumerate(held))
      holdsA ? multiply(k, n, other, next) : multiply(n, k, next, other);
  }
  return makeTile(acc.rows, acc.cols, std::move(sum));
}

KernelEmitter::Tile KernelEmitter::mma(Tile acc, const At &a, const At &b, int64_t depth,
                                       const ProductForm &form) {
  if (form.usesTiles())
    return multiplyMatrices(acc, a, b, depth, form);
  auto getB = [&](int64_t number) { return loadPanelVector(b, number, form); };
  bool holdsA = acc.rows < acc.cols / lanesOf(form.accumulator);
  return multiplyVectors(acc, a, getB, holdsA, depth, form);
}

KernelEmitter::Tile KernelEmitter::laneProduct(Tile acc, const At &y, const At &s, int64_t n) {
  Registers sum = registersOf(acc);
  int64_t lanes = lanesOf(sum.type), across = acc.cols / lanes;
  ProductForm form;
  form.accumulator = sum.type;
  for (int64_t j = 0; j < across; ++j) {
    SmallVector<Value> scales;
    for (int64_t i = 0; i < n; ++i)
      scales.push_back(widen(loadVector(s, {i, j * lanes}, lanes), sum.type));
    for (int64_t t = 0; t < acc.rows / n; ++t) {
      Value value = widen(loadVector(y, {t, j * lanes}, lanes), sum.type);
      for (int64_t i = 0; i < n; ++i) {
        Value &target = sum.values[(t * n + i) * across + j];
        target = multiplyAdd(target, value, scales[i], form);
      }
    }
  }
  return makeTile(acc.rows, acc.cols, std::move(sum));
}

//===----------------------------------------------------------------------===//
// Whole tiles
//===----------------------------------------------------------------------===//

KernelEmitter::Tile KernelEmitter::zero(int64_t rows, int64_t cols, const ProductForm &form) {
  Registers registers{form.usesTiles(), form.accumulator, {}};
  if (form.usesTiles()) {
    // Each register is zeroed by an operation of its own.
    for (int64_t i = 0; i < rows; i += kMatrixRows)
      for (int64_t j = 0; j < cols; j += kMatrixCols)
        registers.values.push_back(matrixZero(std::min(kMatrixRows, rows - i), form));
  } else {
    int64_t lanes = lanesOf(form.accumulator);
    auto type = VectorType::get({lanes}, toType(form.accumulator));
    Value zero = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
    registers.values.assign(rows * (cols / lanes), zero);
  }
  return makeTile(rows, cols, std::move(registers));
}

KernelEmitter::Tile KernelEmitter::load(const At &from, int64_t rows, int64_t cols,
                                        const ProductForm &form) {
  if (form.usesTiles())
    return loadMatrices(from, rows, cols, form);
  int64_t lanes = lanesOf(form.accumulator);
  Registers registers{false, form.accumulator, {}};
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; j += lanes)
      registers.values.push_back(loadVector(from, {i, j}, lanes));
  return makeTile(rows, cols, std::move(registers));
}

KernelEmitter::Tile KernelEmitter::round(Tile tile, ElementType type) {
  Registers rounded = registersOf(tile);
  assert(!rounded.matrix && "expected vectors");
  for (Value &value : rounded.values)
    value =
        widen(convertElements(builder, location, getTarget(), value, toType(type)), rounded.type);
  return makeTile(tile.rows, tile.cols, std::move(rounded));
}

KernelEmitter::Tile KernelEmitter::add(Tile lhs, Tile rhs) {
  Registers sum = registersOf(lhs);
  assert(!sum.matrix && "expected vectors: matrix registers cannot be added");
  for (auto [target, other] : llvm::zip_equal(sum.values, registersOf(rhs).values))
    target = isFloat(sum.type)
                 ? arith::AddFOp::create(builder, location, target, other).getResult()
                 : arith::AddIOp::create(builder, location, target, other).getResult();
  return makeTile(lhs.rows, lhs.cols, std::move(sum));
}

KernelEmitter::At KernelEmitter::spill(Tile tile) {
  At place = at(scratch(registersOf(tile).type, {tile.rows, tile.cols}, Scope::Thread), {0, 0});
  storeMatrices(tile, place);
  return place;
}

VectorGrid KernelEmitter::loadRow(const At &place, Index row, int64_t cols) {
  int64_t lanes = lanesOf(place.buffer.type);
  VectorGrid grid{1, cols / lanes, {}};
  At first = moved(place, 0, row);
  for (int64_t j = 0; j < cols; j += lanes)
    grid.vectors.push_back(loadVector(first, {0, j}, lanes));
  return grid;
}

VectorGrid KernelEmitter::toVectors(Tile tile) {
  const Registers &registers = registersOf(tile);
  int64_t perRow = tile.cols / lanesOf(registers.type);
  if (!registers.matrix)
    return {tile.rows, perRow, registers.values};
  At place = spill(tile);
  VectorGrid grid{tile.rows, perRow, {}};
  for (int64_t i = 0; i < tile.rows; ++i)
    llvm::append_range(grid.vectors, loadRow(place, i, tile.cols).vectors);
  return grid;
}

void KernelEmitter::store(Tile tile, const At &to, int64_t cols) {
  if (registersOf(tile).matrix && registersOf(tile).type == to.buffer.type && cols == tile.cols)
    return storeMatrices(tile, to);
  int64_t lanes = lanesOf(registersOf(tile).type);
  VectorGrid grid = toVectors(tile);
  for (int64_t i = 0; i < tile.rows; ++i)
    for (int64_t j = 0; j < grid.perRow && j * lanes < cols; ++j)
      storeVector(grid(i, j), to, {i, j * lanes}, cols - j * lanes);
}

void KernelEmitter::storeLanes(Tile tile, const At &to, int64_t n) {
  int64_t lanes = lanesOf(registersOf(tile).type);
  VectorGrid grid = toVectors(tile);
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t j = 0; j < grid.perRow; ++j)
      storeVector(grid(row, j), to, {row % n, row / n, j * lanes}, lanes);
}

void KernelEmitter::finish(llvm::ArrayRef<Tile> products, Index row, Index col, Index rows,
                           int64_t cols) {
  SmallVector<VectorGrid> grids;
  if (!registersOf(products.front()).matrix) {
    for (Tile tile : products)
      grids.push_back(toVectors(tile));
    return emitFinish(builder, location, grids, toValue(row), toValue(col), cols);
  }
  SmallVector<At> places;
  for (Tile tile : products)
    places.push_back(spill(tile));
  forEach(0, rows, [&](Index i) {
    for (auto [place, tile] : llvm::zip_equal(places, products))
      grids.push_back(loadRow(place, i, tile.cols));
    emitFinish(builder, location, grids, toValue(row + i), toValue(col), cols);
  });
}
