//===- SparseTiles.cpp - packed steps whose zeros are not stored ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vector's mask is loaded as an integer; the vector's values are expanded by it: by
// an instruction, or by a shuffle (SparseShuffles.cpp).
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
using ::structlin::kernels::Expansion;

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

Value KernelEmitter::callIntrinsic(StringRef name, Type result, ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(builder, location, result, builder.getStringAttr(name),
                                       arguments)
      .getResult(0);
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

Value KernelEmitter::toLanes(Value mask, int64_t size) {
  auto one = VectorType::get({1}, mask.getType());
  return vector::BitCastOp::create(builder, location, VectorType::get({size}, builder.getI1Type()),
                                   vector::BroadcastOp::create(builder, location, one, mask));
}

Value KernelEmitter::expandByInstruction(Value mask, const At &values, int64_t size) {
  auto type = VectorType::get({size}, toType(values.buffer.type));
  Value enabled = toLanes(mask, size);
  if (type.getElementTypeBitWidth() != 16) {
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
    return vector::ExpandLoadOp::create(builder, location, type, memrefOf(values.buffer),
                                        positionOf(values), enabled, zeros);
  }
  // On i16 and between registers: with memory it takes five times as long (Zen 5).
  auto words = VectorType::get({size}, builder.getI16Type());
  Value next = vector::BitCastOp::create(builder, location, words, loadVector(values, {0}, size));
  Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
  Value expanded = callIntrinsic("llvm.x86.avx512.mask.expand", words, {next, zeros, enabled});
  return vector::BitCastOp::create(builder, location, type, expanded);
}

Value KernelEmitter::expandInWords(Value mask, const At &values, int64_t size) {
  Type element = toType(values.buffer.type);
  auto words = VectorType::get({size}, builder.getI32Type());
  auto narrow = VectorType::get({size}, builder.getIntegerType(element.getIntOrFloatBitWidth()));
  Value next = vector::BitCastOp::create(builder, location, narrow, loadVector(values, {0}, size));
  next = arith::ExtUIOp::create(builder, location, words, next);
  Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
  Value expanded =
      callIntrinsic("llvm.x86.avx512.mask.expand", words, {next, zeros, toLanes(mask, size)});
  expanded = arith::TruncIOp::create(builder, location, narrow, expanded);
  return vector::BitCastOp::create(builder, location, VectorType::get({size}, element), expanded);
}

Value KernelEmitter::expandVector(Value mask, const At &values, int64_t size) {
  switch (getTarget().getExpansion(values.buffer.type, size)) {
  case Expansion::Elements:
    return expandByInstruction(mask, values, size);
  case Expansion::Words:
    return expandInWords(mask, values, size);
  case Expansion::Shuffle:
    return byteSize(values.buffer.type) == 4 ? shuffleWords(mask, values)
                                             : shuffleBytes(mask, values);
  case Expansion::Lanes:
    return expandLanes(mask, values, size);
  }
  llvm_unreachable("unknown expansion");
}

SmallVector<Value>
KernelEmitter::expandVectors(const At &mask, const At &values, int64_t numBits, int64_t size,
                             llvm::function_ref<Value(Value, const At &)> expand) {
  int64_t wordBits = getTarget().maskWord(values.buffer.type, numBits, size);
  Value word;
  auto getMask = [&](int64_t bit) -> Value {
    if (bit % wordBits == 0)
      word = loadMask(mask, bit, wordBits);
    if (wordBits == size)
      return word;
    Value distance =
        arith::ConstantIntOp::create(builder, location, word.getType(), bit % wordBits);
    Value shifted = arith::ShRUIOp::create(builder, location, word, distance);
    return arith::TruncIOp::create(builder, location, builder.getIntegerType(size), shifted);
  };
  SmallVector<Value> vectors;
  At next = values;
  for (int64_t bit = 0; bit < numBits; bit += size) {
    Value bits = getMask(bit);
    vectors.push_back(expand(bits, next));
    Index &position = next.position.back();
    position = position + makeIndex(countBits(bits));
  }
  return vectors;
}

KernelEmitter::Tile KernelEmitter::expand(const At &mask, const At &values, int64_t cols,
                                          const ProductForm &form) {
  assert(!form.usesTiles() && "expected a product on vectors");
  int64_t size = lanesOf(form.accumulator) * form.group;
  Type type = toType(values.buffer.type);
  auto expandOne = [&](Value mask, const At &values) {
    bool isShuffled = getTarget().getExpansion(values.buffer.type, size) == Expansion::Shuffle;
    if (type.isBF16() && form.group == 1 && isShuffled)
      return shuffleToF32(mask, values);
    Value vector = expandVector(mask, values, size);
    return form.group == 1 ? widen(vector, form.accumulator) : vector;
  };
  Registers registers{false, values.buffer.type,
                      expandVectors(mask, values, cols * form.depth, size, expandOne)};
  return makeTile(form.depth, cols, std::move(registers));
}

void KernelEmitter::expand(const At &to, const At &mask, const At &values, int64_t cols,
                           const ProductForm &form) {
  int64_t numBits = cols * form.depth;
  int64_t size = std::min(numBits, getTarget().expandedLanes(values.buffer.type));
  // All loads, then all stores: masks are loaded again to count their bits, which is
  // seen to be the same as long as nothing is stored.
  auto expandOne = [&](Value mask, const At &values) { return expandVector(mask, values, size); };
  SmallVector<Value> vectors = expandVectors(mask, values, numBits, size, expandOne);
  for (auto [number, vector] : llvm::enumerate(vectors))
    storeVector(vector, to, {static_cast<int64_t>(number) * size}, size);
}

KernelEmitter::Index KernelEmitter::countValues(const At &mask, int64_t cols,
                                                const ProductForm &form) {
  int64_t numBits = cols * form.depth;
  int64_t lanes = lanesOf(form.accumulator) * form.group;
  int64_t size = getTarget().maskWord(form.accumulator, numBits, lanes);
  Index count = 0;
  for (int64_t bit = 0; bit < numBits; bit += size)
    count = count + makeIndex(countBits(loadMask(mask, bit, size)));
  return count;
}

KernelEmitter::Tile KernelEmitter::mma(Tile acc, const At &a, Tile b, int64_t depth,
                                       const ProductForm &form) {
  SmallVector<Value> step = registersOf(b).values;
  auto getB = [&](int64_t number) { return step[number]; };
  return multiplyVectors(acc, a, getB, /*holdsA=*/false, depth, form);
}
