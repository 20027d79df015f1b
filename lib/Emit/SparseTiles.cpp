//===- SparseTiles.cpp - packed steps whose zeros are not stored ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vector's mask is loaded as an integer; the vector's values are expanded by it: by
// an instruction, or by a shuffle that a table has for each byte of a mask.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "structlin/Emit/KernelEmitter.h"

using namespace mlir;
using namespace mlir::structlin;

Value KernelEmitter::loadMask(const At &mask, int64_t firstBit, int64_t numBits) {
  if (numBits < 8) {
    assert(firstBit % 8 + numBits <= 8 && "expected bits of one byte");
    At place = moved(mask, -1, firstBit / 8);
    Value byte =
        memref::LoadOp::create(builder, location, memrefOf(mask.buffer), positionOf(place));
    Value distance = arith::ConstantIntOp::create(builder, location, firstBit % 8, /*width=*/8);
    Value bits = arith::ShRUIOp::create(builder, location, byte, distance);
    return arith::TruncIOp::create(builder, location, builder.getIntegerType(numBits), bits);
  }
  assert(firstBit % 8 == 0 && numBits % 8 == 0 && "expected whole bytes");
  Value bytes =
      vector::LoadOp::create(builder, location, VectorType::get({numBits / 8}, builder.getI8Type()),
                             memrefOf(mask.buffer), positionOf(mask, {firstBit / 8}));
  auto integer = VectorType::get({1}, builder.getIntegerType(numBits));
  Value word = vector::BitCastOp::create(builder, location, integer, bytes);
  return vector::ExtractOp::create(builder, location, word, int64_t(0));
}

Value KernelEmitter::countBits(Value word) {
  Value count = math::CtPopOp::create(builder, location, word);
  return arith::IndexCastUIOp::create(builder, location, builder.getIndexType(), count);
}

/// The result of an intrinsic of LLVM's.
static Value callIntrinsic(OpBuilder &builder, Location location, StringRef name, Type result,
                           ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(builder, location, result, builder.getStringAttr(name),
                                       arguments)
      .getResult(0);
}

/// Vector instructions that expand, as a target has them for elements of `bits`.
static bool hasExpand(const ::structlin::kernels::Target &target, unsigned bits) {
  return bits >= 32 ? target.vectorBytes == 64 : target.expand16;
}

Value KernelEmitter::expandLanes(Value mask, const At &values, int64_t size) {
  Type element = toType(values.buffer.type);
  // Integers: LLVM has no registers for single elements of bf16.
  Type bits = builder.getIntegerType(element.getIntOrFloatBitWidth());
  auto type = VectorType::get({size}, bits);
  Value zero = arith::ConstantOp::create(builder, location, builder.getZeroAttr(bits));
  Value result = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
  At next = values;
  for (int64_t lane = 0; lane < size; ++lane) {
    Value distance = arith::ConstantIntOp::create(builder, location, mask.getType(), lane);
    Value shifted = arith::ShRUIOp::create(builder, location, mask, distance);
    Value isStored = arith::TruncIOp::create(builder, location, builder.getI1Type(), shifted);
    Value value =
        memref::LoadOp::create(builder, location, memrefOf(values.buffer), positionOf(next));
    if (element != bits)
      value = arith::BitcastOp::create(builder, location, bits, value);
    value = arith::SelectOp::create(builder, location, isStored, value, zero);
    result = vector::InsertOp::create(builder, location, value, result, lane);
    Index &position = next.position.back();
    position = position + makeIndex(arith::IndexCastUIOp::create(builder, location,
                                                                 builder.getIndexType(), isStored));
  }
  return vector::BitCastOp::create(builder, location, VectorType::get({size}, element), result);
}

Value KernelEmitter::expandByInstruction(Value mask, const At &values, int64_t size) {
  auto type = VectorType::get({size}, toType(values.buffer.type));
  auto bits = VectorType::get({size}, builder.getI1Type());
  auto one = VectorType::get({1}, mask.getType());
  Value enabled = vector::BitCastOp::create(
      builder, location, bits, vector::BroadcastOp::create(builder, location, one, mask));
  if (type.getElementTypeBitWidth() != 16) {
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
    return vector::ExpandLoadOp::create(builder, location, type, memrefOf(values.buffer),
                                        positionOf(values), enabled, zeros);
  }
  // On i16 and between registers: with memory it takes five times as long (Zen 5).
  auto words = VectorType::get({size}, builder.getI16Type());
  Value next = vector::BitCastOp::create(builder, location, words, loadVector(values, {0}, size));
  Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
  Value expanded = callIntrinsic(builder, location, "llvm.x86.avx512.mask.expand", words,
                                 {next, zeros, enabled});
  return vector::BitCastOp::create(builder, location, type, expanded);
}

/// For each byte of a mask, by which bytes of the next values its eight elements are
/// made of, `elementBytes` for each: bit 7 says zero, as shuffles of bytes have it.
static DenseElementsAttr makeShuffles(OpBuilder &builder, int64_t elementBytes) {
  SmallVector<int8_t> bytes;
  for (int mask = 0; mask < 256; ++mask) {
    int64_t next = 0;
    for (int bit = 0; bit < 8; ++bit) {
      bool stored = mask >> bit & 1;
      for (int64_t byte = 0; byte < elementBytes; ++byte)
        bytes.push_back(stored ? next * elementBytes + byte : -128);
      next += stored;
    }
  }
  auto type = RankedTensorType::get({256, 8 * elementBytes}, builder.getI8Type());
  return DenseElementsAttr::get(type, ArrayRef(bytes));
}

Value KernelEmitter::loadShuffle(Value mask, int64_t elementBytes) {
  auto module = function->getParentOfType<ModuleOp>();
  std::string name = "structlin_expand_" + std::to_string(elementBytes);
  auto type = MemRefType::get({256, 8 * elementBytes}, builder.getI8Type());
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    memref::GlobalOp::create(builder, location, name, builder.getStringAttr("private"), type,
                             makeShuffles(builder, elementBytes), /*constant=*/true,
                             builder.getI64IntegerAttr(64));
  }
  Value table = memref::GetGlobalOp::create(builder, location, type, name);
  Value row = arith::IndexCastUIOp::create(builder, location, builder.getIndexType(), mask);
  Value zero = arith::ConstantIndexOp::create(builder, location, 0);
  return vector::LoadOp::create(builder, location,
                                VectorType::get({8 * elementBytes}, builder.getI8Type()), table,
                                ValueRange{row, zero});
}

/// Eight elements by a shuffle of bytes, or of words of 32 bits.
Value KernelEmitter::expandByShuffle(Value mask, const At &values) {
  Type element = toType(values.buffer.type);
  int64_t bytes = byteSize(values.buffer.type);
  auto type = VectorType::get({8}, element);
  if (bytes == 4) {
    auto words = VectorType::get({8}, builder.getI32Type());
    Value places = arith::ExtSIOp::create(builder, location, words, loadShuffle(mask, 1));
    Value next = vector::BitCastOp::create(builder, location, words, loadVector(values, {0}, 8));
    Value expanded = callIntrinsic(builder, location, "llvm.x86.avx2.permd", words, {next, places});
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
    Value absent =
        arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, places, zeros);
    expanded = arith::SelectOp::create(builder, location, absent, zeros, expanded);
    return vector::BitCastOp::create(builder, location, type, expanded);
  }
  auto wide = VectorType::get({16}, builder.getI8Type());
  auto used = VectorType::get({8 * bytes}, builder.getI8Type());
  auto widened = [&](Value vector) -> Value {
    if (used == wide)
      return vector;
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(wide));
    return vector::InsertStridedSliceOp::create(builder, location, vector, zeros,
                                                ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
  };
  Value next = vector::BitCastOp::create(builder, location, used, loadVector(values, {0}, 8));
  Value expanded = callIntrinsic(builder, location, "llvm.x86.ssse3.pshuf.b.128", wide, {widened(next), widened(loadShuffle(mask, bytes))});
  if (used != wide)
    expanded =
        vector::ExtractStridedSliceOp::create(builder, location, expanded, ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{8 * bytes}, ArrayRef<int64_t>{1});
  return vector::BitCastOp::create(builder, location, type, expanded);
}

Value KernelEmitter::expandVector(Value mask, const At &values, int64_t size) {
  unsigned bits = toType(values.buffer.type).getIntOrFloatBitWidth();
  if (hasExpand(getTarget(), bits))
    return expandByInstruction(mask, values, size);
  // Vectors of AVX2: a byte of a mask and eight accumulators.
  if (getTarget().vectorBytes == 32 && size == 8 && bits <= 32)
    return expandByShuffle(mask, values);
  return expandLanes(mask, values, size);
}

SmallVector<Value> KernelEmitter::expandVectors(const At &mask, const At &values, int64_t numBits,
                                                int64_t size) {
  SmallVector<Value> vectors;
  At next = values;
  for (int64_t bit = 0; bit < numBits; bit += size) {
    Value word = loadMask(mask, bit, size);
    vectors.push_back(expandVector(word, next, size));
    Index &position = next.position.back();
    position = position + makeIndex(countBits(word));
  }
  return vectors;
}

KernelEmitter::Tile KernelEmitter::expand(const At &mask, const At &values, int64_t cols,
                                          const ProductForm &form) {
  assert(!form.usesTiles() && "expected a product on vectors");
  Registers registers{false, values.buffer.type, {}};
  for (Value vector :
       expandVectors(mask, values, cols * form.depth, lanesOf(form.accumulator) * form.group))
    registers.values.push_back(form.group == 1 ? widen(vector, form.accumulator) : vector);
  return makeTile(form.depth, cols, std::move(registers));
}

void KernelEmitter::expand(const At &to, const At &mask, const At &values, int64_t cols,
                           const ProductForm &form) {
  int64_t numBits = cols * form.depth;
  int64_t size = std::min(numBits, lanesOf(values.buffer.type));
  // All loads, then all stores: masks are loaded again to count their bits, which is
  // seen to be the same as long as nothing is stored.
  SmallVector<Value> vectors = expandVectors(mask, values, numBits, size);
  for (auto [number, vector] : llvm::enumerate(vectors))
    storeVector(vector, to, {static_cast<int64_t>(number) * size}, size);
}

KernelEmitter::Index KernelEmitter::countValues(const At &mask, int64_t cols,
                                                const ProductForm &form) {
  int64_t size = lanesOf(form.accumulator) * form.group;
  Index count = 0;
  for (int64_t bit = 0; bit < cols * form.depth; bit += size)
    count = count + makeIndex(countBits(loadMask(mask, bit, size)));
  return count;
}

KernelEmitter::Tile KernelEmitter::mma(Tile acc, const At &a, Tile b, int64_t depth,
                                       const ProductForm &form) {
  SmallVector<Value> step = registersOf(b).values;
  auto getB = [&](int64_t number) { return step[number]; };
  return multiplyVectors(acc, a, getB, /*holdsA=*/false, depth, form);
}
