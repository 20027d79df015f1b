//===- SparseShuffles.cpp - expansion by shuffles of AVX2 -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AVX2 has no instruction that expands a vector by a mask. Eight elements at a time are
// moved to their places by a shuffle, which a table has for each byte of a mask.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "structlin/Emit/KernelEmitter.h"

using namespace mlir;
using namespace mlir::structlin;

/// For each byte of a mask, by which of the next values' bytes its eight elements are made
/// of. An element takes `slot` bytes, the last ones of which are its value's `size`; bit 7
/// says zero, as shuffles of bytes have it.
static DenseElementsAttr makeByteShuffles(OpBuilder &builder, int64_t size, int64_t slot) {
  SmallVector<int8_t> bytes;
  for (int mask = 0; mask < 256; ++mask) {
    int64_t next = 0;
    for (int bit = 0; bit < 8; ++bit) {
      bool stored = mask >> bit & 1;
      for (int64_t byte = size - slot; byte < size; ++byte)
        bytes.push_back(stored && byte >= 0 ? next * size + byte : -128);
      next += stored;
    }
  }
  return DenseElementsAttr::get(RankedTensorType::get({256, 8 * slot}, builder.getI8Type()),
                                ArrayRef(bytes));
}

/// The same for words of 32 bits; those that are zero have the sign bit.
static DenseElementsAttr makeWordShuffles(OpBuilder &builder) {
  SmallVector<int32_t> words;
  for (int mask = 0; mask < 256; ++mask) {
    int32_t next = 0;
    for (int bit = 0; bit < 8; ++bit)
      words.push_back(mask >> bit & 1 ? next++ : INT32_MIN);
  }
  return DenseElementsAttr::get(RankedTensorType::get({256, 8}, builder.getI32Type()),
                                ArrayRef(words));
}

Value KernelEmitter::loadShuffle(Value mask, StringRef kind,
                                 llvm::function_ref<DenseElementsAttr()> makeTable) {
  auto module = function->getParentOfType<ModuleOp>();
  std::string name = ("structlin_expand_" + kind).str();
  auto global = module.lookupSymbol<memref::GlobalOp>(name);
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    DenseElementsAttr table = makeTable();
    auto type = MemRefType::get(table.getType().getShape(), table.getElementType());
    global =
        memref::GlobalOp::create(builder, location, name, builder.getStringAttr("private"), type,
                                 table, /*constant=*/true, builder.getI64IntegerAttr(64));
  }
  MemRefType type = global.getType();
  Value table = memref::GetGlobalOp::create(builder, location, type, name);
  Value row = arith::IndexCastUIOp::create(builder, location, builder.getIndexType(), mask);
  Value zero = arith::ConstantIndexOp::create(builder, location, 0);
  auto shuffle = VectorType::get({type.getDimSize(1)}, type.getElementType());
  return vector::LoadOp::create(builder, location, shuffle, table, ValueRange{row, zero});
}

/// Eight elements of 32 bits by a shuffle of words.
Value KernelEmitter::shuffleWords(Value mask, const At &values) {
  auto words = VectorType::get({8}, builder.getI32Type());
  Value places = loadShuffle(mask, "words", [&] { return makeWordShuffles(builder); });
  Value next = vector::BitCastOp::create(builder, location, words, loadVector(values, {0}, 8));
  Value expanded = callIntrinsic("llvm.x86.avx2.permd", words, {next, places});
  Value zeros = arith::ConstantOp::create(builder, location, builder.getZeroAttr(words));
  Value absent = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, places, zeros);
  expanded = arith::SelectOp::create(builder, location, absent, zeros, expanded);
  auto type = VectorType::get({8}, toType(values.buffer.type));
  return vector::BitCastOp::create(builder, location, type, expanded);
}

/// Eight narrower elements by a shuffle of bytes.
Value KernelEmitter::shuffleBytes(Value mask, const At &values) {
  int64_t bytes = byteSize(values.buffer.type);
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
  Value places = loadShuffle(mask, "bytes" + std::to_string(bytes),
                             [&] { return makeByteShuffles(builder, bytes, bytes); });
  Value expanded =
      callIntrinsic("llvm.x86.ssse3.pshuf.b.128", wide, {widened(next), widened(places)});
  if (used != wide)
    expanded =
        vector::ExtractStridedSliceOp::create(builder, location, expanded, ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{8 * bytes}, ArrayRef<int64_t>{1});
  auto type = VectorType::get({8}, toType(values.buffer.type));
  return vector::BitCastOp::create(builder, location, type, expanded);
}

/// Eight elements of bf16 as f32, whose upper halves they are: the shuffle of bytes that
/// expands them widens them, too.
Value KernelEmitter::shuffleToF32(Value mask, const At &values) {
  auto half = VectorType::get({16}, builder.getI8Type());
  auto bytes = VectorType::get({32}, builder.getI8Type());
  Value next = vector::BitCastOp::create(builder, location, half, loadVector(values, {0}, 8));
  SmallVector<int64_t> twice(32);
  for (auto [i, source] : llvm::enumerate(twice))
    source = i % 16;
  next = vector::ShuffleOp::create(builder, location, bytes, next, next, twice);
  Value places = loadShuffle(mask, "bf16_to_f32", [&] { return makeByteShuffles(builder, 2, 4); });
  Value expanded = callIntrinsic("llvm.x86.avx2.pshuf.b", bytes, {next, places});
  return vector::BitCastOp::create(builder, location, VectorType::get({8}, builder.getF32Type()),
                                   expanded);
}
