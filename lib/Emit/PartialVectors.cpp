//===- PartialVectors.cpp - vectors at the edges of matrices --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/PartialVectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "structlin/Emit/Rounding.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::structlin;

static bool hasMasks(const ::structlin::kernels::Target &target) {
  return target.vectorBytes == 64;
}

static Value firstLanes(OpBuilder &builder, Location location, int64_t size, int64_t lanes) {
  auto type = VectorType::get({lanes}, builder.getI1Type());
  return vector::ConstantMaskOp::create(builder, location, type, ArrayRef<int64_t>{size});
}

/// Calls body(begin, length) for pieces of [0, size), the largest first.
static void forEachPiece(int64_t size, llvm::function_ref<void(int64_t, int64_t)> body) {
  for (int64_t begin = 0; begin < size;) {
    int64_t length = llvm::bit_floor(static_cast<uint64_t>(size - begin));
    body(begin, length);
    begin += length;
  }
}

static SmallVector<Value> movedAlong(OpBuilder &builder, Location location, ValueRange position,
                                     int64_t distance) {
  SmallVector<Value> moved(position);
  Value constant = arith::ConstantIndexOp::create(builder, location, distance);
  moved.back() = arith::AddIOp::create(builder, location, moved.back(), constant);
  return moved;
}

/// An element as an integer, as which LLVM moves it without converting it.
static Type bitsOf(Type element) {
  return IntegerType::get(element.getContext(), element.getIntOrFloatBitWidth());
}
static Value castElement(OpBuilder &builder, Location location, Value element, Type type) {
  if (element.getType() == type)
    return element;
  return arith::BitcastOp::create(builder, location, type, element);
}

Value mlir::structlin::loadFirst(OpBuilder &builder, Location location,
                                 const ::structlin::kernels::Target &target, Value memref,
                                 ValueRange position, int64_t size, int64_t lanes) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  auto type = VectorType::get({lanes}, element);
  if (size >= lanes)
    return vector::LoadOp::create(builder, location, type, memref, position);
  if (hasMasks(target)) {
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
    return vector::MaskedLoadOp::create(builder, location, type, memref, position,
                                        firstLanes(builder, location, size, lanes), zeros);
  }
  auto bits = VectorType::get({lanes}, bitsOf(element));
  Value result = arith::ConstantOp::create(builder, location, builder.getZeroAttr(bits));
  forEachPiece(size, [&](int64_t begin, int64_t length) {
    SmallVector<Value> place = movedAlong(builder, location, position, begin);
    if (length == 1) {
      Value scalar = memref::LoadOp::create(builder, location, memref, place);
      result = vector::InsertOp::create(
          builder, location, castElement(builder, location, scalar, bits.getElementType()), result,
          begin);
      return;
    }
    Value piece = vector::LoadOp::create(builder, location, VectorType::get({length}, element),
                                         memref, place);
    piece = vector::BitCastOp::create(builder, location,
                                      VectorType::get({length}, bits.getElementType()), piece);
    result = vector::InsertStridedSliceOp::create(builder, location, piece, result,
                                                  ArrayRef<int64_t>{begin}, ArrayRef<int64_t>{1});
  });
  return vector::BitCastOp::create(builder, location, type, result);
}

/// The pieces of [0, size) to write: of two elements at least, where there are two, since
/// LLVM converts single ones of bf16. So the last two may overlap.
static SmallVector<std::pair<int64_t, int64_t>> piecesToStore(int64_t size) {
  SmallVector<std::pair<int64_t, int64_t>> pieces;
  forEachPiece(size, [&](int64_t begin, int64_t length) {
    bool widen = length == 1 && size > 1;
    pieces.emplace_back(begin - widen, length + widen);
  });
  return pieces;
}

void mlir::structlin::storeFirst(OpBuilder &builder, Location location,
                                 const ::structlin::kernels::Target &target, Value vector,
                                 Value memref, ValueRange position, int64_t size) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  int64_t lanes = cast<VectorType>(vector.getType()).getDimSize(0);
  if (size == 1 && lanes != 1 && !hasMasks(target)) {
    // The element is rounded as a number: one that is taken out of a vector of bf16 is
    // converted, too.
    if (getElementTypeOrSelf(vector.getType()).isBF16())
      vector = convertElements(builder, location, target, vector, builder.getF32Type());
    Value scalar = vector::ExtractOp::create(builder, location, vector, int64_t(0));
    memref::StoreOp::create(builder, location,
                            convertElements(builder, location, target, scalar, element), memref,
                            position);
    return;
  }
  vector = convertElements(builder, location, target, vector, element);
  if (size >= lanes) {
    vector::StoreOp::create(builder, location, vector, memref, position);
    return;
  }
  if (hasMasks(target)) {
    vector::MaskedStoreOp::create(builder, location, memref, position,
                                  firstLanes(builder, location, size, lanes), vector);
    return;
  }
  for (auto [begin, length] : piecesToStore(size)) {
    Value piece =
        vector::ExtractStridedSliceOp::create(builder, location, vector, ArrayRef<int64_t>{begin},
                                              ArrayRef<int64_t>{length}, ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, location, piece, memref,
                            movedAlong(builder, location, position, begin));
  }
}
