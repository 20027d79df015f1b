//===- SparseTiles.cpp - packed steps whose zeros are not stored ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vector's mask is loaded as an integer; the vector's values are expanded by it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "structlin/Emit/KernelEmitter.h"

using namespace mlir;
using namespace mlir::structlin;

Value KernelEmitter::loadMask(const At &mask, int64_t firstBit, int64_t numBits) {
  assert(firstBit % 8 == 0 && numBits % 8 == 0 && "expected masks of whole bytes");
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

Value KernelEmitter::expandVector(Value mask, const At &values, int64_t size) {
  auto type = VectorType::get({size}, toType(values.buffer.type));
  auto bits = VectorType::get({size}, builder.getI1Type());
  auto one = VectorType::get({1}, mask.getType());
  Value enabled = vector::BitCastOp::create(
      builder, location, bits, vector::BroadcastOp::create(builder, location, one, mask));
  if (!getTarget().expand16 || type.getElementTypeBitWidth() != 16) {
    Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(type));
    return vector::ExpandLoadOp::create(builder, location, type, memrefOf(values.buffer),
                                        positionOf(values), enabled, zeros);
  }
  // On i16 and between registers: with memory it takes five times as long (Zen 5).
  auto words = VectorType::get({size}, builder.getI16Type());
  Value next = vector::BitCastOp::create(builder, location, words, loadVector(values, {0}, size));
  Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
  Value expanded =
      LLVM::CallIntrinsicOp::create(builder, location, words,
                                    builder.getStringAttr("llvm.x86.avx512.mask.expand"),
                                    ValueRange{next, zeros, enabled})
          .getResult(0);
  return vector::BitCastOp::create(builder, location, type, expanded);
}

KernelEmitter::Tile KernelEmitter::expand(const At &mask, const At &values, int64_t cols,
                                          const ProductForm &form) {
  assert(!form.usesTiles() && "expected a product on vectors");
  int64_t size = lanesOf(form.accumulator) * form.group;
  Registers registers{false, values.buffer.type, {}};
  At next = values;
  for (int64_t bit = 0; bit < cols * form.depth; bit += size) {
    Value word = loadMask(mask, bit, size);
    Value vector = expandVector(word, next, size);
    registers.values.push_back(form.group == 1 ? widen(vector, form.accumulator) : vector);
    Index &position = next.position.back();
    position = position + makeIndex(countBits(word));
  }
  return makeTile(form.depth, cols, std::move(registers));
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
  return multiplyVectors(acc, a, step, depth, form);
}
