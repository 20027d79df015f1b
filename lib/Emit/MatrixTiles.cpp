//===- MatrixTiles.cpp - tiles in matrix registers ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An accumulator is 16 x 16; A is loaded as it lies in memory, B as it was packed.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "structlin/Emit/KernelEmitter.h"

using namespace mlir;
using namespace mlir::structlin;

Value KernelEmitter::matrixZero(int64_t rows, const ProductForm &form) {
  auto type = amx::TileType::get({rows, kMatrixCols}, toType(form.accumulator));
  return amx::TileZeroOp::create(builder, location, type);
}

Value KernelEmitter::loadMatrix(const At &place, ArrayRef<int64_t> distance, int64_t rows,
                                int64_t cols, Value stride) {
  auto type = amx::TileType::get({rows, cols}, toType(place.buffer.type));
  Place source = placeOf(place, distance, cols);
  return amx::TileLoadOp::create(builder, location, type, source.memref, source.position, stride);
}

KernelEmitter::Tile KernelEmitter::loadMatrices(const At &from, int64_t rows, int64_t cols,
                                                const ProductForm &form) {
  Registers registers{true, form.accumulator, {}};
  for (int64_t i = 0; i < rows; i += kMatrixRows)
    for (int64_t j = 0; j < cols; j += kMatrixCols)
      registers.values.push_back(
          loadMatrix(from, {i, j}, std::min(kMatrixRows, rows - i), kMatrixCols));
  return makeTile(rows, cols, std::move(registers));
}

void KernelEmitter::storeMatrices(Tile tile, const At &to) {
  const Registers &registers = registersOf(tile);
  size_t number = 0;
  for (int64_t i = 0; i < tile.rows; i += kMatrixRows)
    for (int64_t j = 0; j < tile.cols; j += kMatrixCols)
      amx::TileStoreOp::create(builder, location, memrefOf(to.buffer), positionOf(to, {i, j}),
                               registers.values[number++]);
}

KernelEmitter::At KernelEmitter::copyPadded(const At &a, int64_t rows, int64_t depth,
                                            const ProductForm &form) {
  Buffer memory = scratch(a.buffer.type, {rows, form.depth}, Scope::Thread);
  At place = at(memory, {0, 0});
  for (int64_t i = 0; i < rows; ++i)
    storeVector(loadFirstElements(moved(a, -2, i), depth, form.depth), place, {i, 0}, form.depth);
  return place;
}

KernelEmitter::Tile KernelEmitter::multiplyMatrices(Tile acc, const At &a, const At &b,
                                                    int64_t depth, const ProductForm &form) {
  Registers sum = registersOf(acc);
  // A's row must hold whole steps: what follows it is not A's.
  At rows = depth == form.depth ? a : copyPadded(a, acc.rows, depth, form);
  int64_t across = acc.cols / kMatrixCols, packedCols = kMatrixCols * form.group;
  Value stride = arith::ConstantIndexOp::create(builder, location, packedCols);
  SmallVector<Value> right;
  for (int64_t j = 0; j < across; ++j)
    right.push_back(
        loadMatrix(b, {j * kMatrixCols * form.depth}, form.depth / form.group, packedCols, stride));
  for (int64_t i = 0; i < acc.rows; i += kMatrixRows) {
    Value left = loadMatrix(rows, {i, 0}, std::min(kMatrixRows, acc.rows - i), form.depth);
    for (int64_t j = 0; j < across; ++j) {
      Value &target = sum.values[i / kMatrixRows * across + j];
      if (isFloat(form.accumulator))
        target =
            amx::TileMulFOp::create(builder, location, target.getType(), left, right[j], target);
      else
        target = amx::TileMulIOp::create(builder, location, target.getType(), left, right[j],
                                         target, /*isZextLhs=*/false, /*isZextRhs=*/false);
    }
  }
  return makeTile(acc.rows, acc.cols, std::move(sum));
}
