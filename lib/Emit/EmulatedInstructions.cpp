//===- EmulatedInstructions.cpp - instructions as functions ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of operations is that of the pseudo-code in Intel's Software Developer's
// Manual, volume 2.
//
//===----------------------------------------------------------------------===//

#include "EmulatedInstructions.h"
#include "FlushedArithmetic.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::structlin;

func::FuncOp EmulatedInstructions::getOrWrite(OpBuilder &builder, const Twine &suffix,
                                              TypeRange arguments, Body body) {
  std::string name = ("structlin_emulated_" + suffix).str();
  if (auto found = module.lookupSymbol<func::FuncOp>(name))
    return found;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  auto type = builder.getFunctionType(arguments, arguments.front());
  auto function = func::FuncOp::create(builder, module.getLoc(), name, type);
  function.setPrivate();
  function.setNoInline(true);
  builder.setInsertionPointToStart(function.addEntryBlock());
  ImplicitLocOpBuilder inside(module.getLoc(), builder);
  func::ReturnOp::create(inside, body(inside, function.getArguments()));
  return function;
}

/// A vector of the columns of `matrix`.
static VectorType rowOf(VectorType matrix) {
  return VectorType::get(matrix.getShape().drop_front(), matrix.getElementType());
}

static Value constantIndex(ImplicitLocOpBuilder &builder, int64_t value) {
  return arith::ConstantIndexOp::create(builder, value);
}

namespace {
/// A matrix in memory, whose rows a loop can index.
struct Rows {
  VectorType type;
  Value memory;

  static Rows make(ImplicitLocOpBuilder &builder, int64_t count, VectorType row) {
    auto type = MemRefType::get({count, row.getDimSize(0)}, row.getElementType());
    return {row, memref::AllocaOp::create(builder, type)};
  }
  /// The rows of `matrix`, each as `change` gives it.
  static Rows make(ImplicitLocOpBuilder &builder, Value matrix, VectorType row,
                   llvm::function_ref<Value(Value)> change) {
    Rows rows = make(builder, cast<VectorType>(matrix.getType()).getDimSize(0), row);
    for (int64_t i = 0; i < cast<VectorType>(matrix.getType()).getDimSize(0); ++i)
      rows.store(builder, change(vector::ExtractOp::create(builder, matrix, i)),
                 constantIndex(builder, i));
    return rows;
  }

  Value load(ImplicitLocOpBuilder &builder, Value number) const {
    Value zero = constantIndex(builder, 0);
    return vector::LoadOp::create(builder, type, memory, ValueRange{number, zero});
  }
  /// An element, in all lanes of a vector of `size`.
  Value broadcast(ImplicitLocOpBuilder &builder, Value number, Value column, int64_t size) const {
    Value element = memref::LoadOp::create(builder, memory, ValueRange{number, column});
    return vector::BroadcastOp::create(builder, VectorType::get({size}, element.getType()),
                                       element);
  }
  void store(ImplicitLocOpBuilder &builder, Value row, Value number) const {
    Value zero = constantIndex(builder, 0);
    vector::StoreOp::create(builder, row, memory, ValueRange{number, zero});
  }
};
} // namespace

/// for (i = 0; i < count; ++i) carried = body(i, carried).
static SmallVector<Value> loop(ImplicitLocOpBuilder &builder, int64_t count, ValueRange init,
                               llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto op = scf::ForOp::create(builder, constantIndex(builder, 0), constantIndex(builder, count),
                               constantIndex(builder, 1), init);
  OpBuilder::InsertionGuard guard(builder);
  // Without results the operation comes with its terminator.
  builder.setInsertionPointToStart(op.getBody());
  SmallVector<Value> results = body(op.getInductionVar(), op.getRegionIterArgs());
  if (!results.empty())
    scf::YieldOp::create(builder, results);
  return op.getResults();
}

/// acc[m] = finish(acc[m], sums) for each row, where sums = step(sums, m, k) over all k,
/// from `init` on.
static Value reduceRows(ImplicitLocOpBuilder &builder, Value acc, int64_t depth,
                        llvm::function_ref<SmallVector<Value>(Value row)> init,
                        llvm::function_ref<SmallVector<Value>(ValueRange, Value, Value)> step,
                        llvm::function_ref<Value(Value row, ValueRange sums)> finish) {
  auto type = cast<VectorType>(acc.getType());
  Rows rows = Rows::make(builder, acc, rowOf(type), [](Value row) { return row; });
  loop(builder, type.getDimSize(0), {}, [&](Value m, ValueRange) {
    Value row = rows.load(builder, m);
    SmallVector<Value> sums = loop(builder, depth, init(row),
                                   [&](Value k, ValueRange before) { return step(before, m, k); });
    rows.store(builder, finish(row, sums), m);
    return SmallVector<Value>();
  });
  for (int64_t i = 0; i < type.getDimSize(0); ++i)
    acc = vector::InsertOp::create(builder, rows.load(builder, constantIndex(builder, i)), acc, i);
  return acc;
}

/// Rows x columns x depth of a product of tiles.
static std::string nameOf(VectorType acc, VectorType a) {
  return (Twine(acc.getDimSize(0)) + "x" + Twine(acc.getDimSize(1)) + "x" + Twine(a.getDimSize(1)))
      .str();
}

func::FuncOp EmulatedInstructions::dotBF16(OpBuilder &builder, VectorType acc) {
  auto pairs = VectorType::get({2 * acc.getDimSize(0)}, builder.getBF16Type());
  auto write = [](ImplicitLocOpBuilder &builder, ValueRange arguments) {
    Value sum = arguments[0];
    for (bool odd : {true, false})
      sum = multiplyAddFlushed(builder, widenFlushed(builder, arguments[1], odd),
                               widenFlushed(builder, arguments[2], odd), sum);
    return sum;
  };
  return getOrWrite(builder, "vdpbf16ps_" + Twine(acc.getDimSize(0)), {acc, pairs, pairs}, write);
}

func::FuncOp EmulatedInstructions::tileDotBF16(OpBuilder &builder, VectorType acc, VectorType a,
                                               VectorType b) {
  int64_t depth = a.getDimSize(1) / 2, columns = acc.getDimSize(1);
  auto write = [&](ImplicitLocOpBuilder &builder, ValueRange arguments) {
    auto split = [&](Value tile, int64_t size, bool odd) {
      return Rows::make(builder, tile, VectorType::get({size}, builder.getF32Type()),
                        [&](Value row) { return widenFlushed(builder, row, odd); });
    };
    // Even elements, odd elements.
    Rows left[] = {split(arguments[1], depth, false), split(arguments[1], depth, true)};
    Rows right[] = {split(arguments[2], columns, false), split(arguments[2], columns, true)};
    auto init = [&](Value row) {
      Value zero = arith::ConstantOp::create(builder, builder.getZeroAttr(row.getType()));
      return SmallVector<Value>{zero, zero};
    };
    auto step = [&](ValueRange sums, Value m, Value k) {
      SmallVector<Value> results;
      for (int odd : {0, 1})
        results.push_back(multiplyAddFlushed(builder, left[odd].broadcast(builder, m, k, columns),
                                             right[odd].load(builder, k), sums[odd]));
      return results;
    };
    auto finish = [&](Value row, ValueRange sums) {
      return addFlushed(builder, row, addFlushed(builder, sums[0], sums[1]));
    };
    return reduceRows(builder, arguments[0], depth, init, step, finish);
  };
  return getOrWrite(builder, "tdpbf16ps_" + nameOf(acc, a), {acc, a, b}, write);
}

/// Byte number `number` of each quadruple of `row`, as i32.
static Value widenByte(ImplicitLocOpBuilder &builder, Value row, int number, bool isUnsigned) {
  int64_t size = cast<VectorType>(row.getType()).getDimSize(0) / 4;
  auto type = VectorType::get({size}, builder.getI32Type());
  auto distance = [&](int bits) {
    return arith::ConstantOp::create(builder, DenseElementsAttr::get(type, bits));
  };
  Value words = vector::BitCastOp::create(builder, type, row);
  Value high = arith::ShLIOp::create(builder, words, distance(24 - 8 * number));
  if (isUnsigned)
    return arith::ShRUIOp::create(builder, high, distance(24));
  return arith::ShRSIOp::create(builder, high, distance(24));
}

func::FuncOp EmulatedInstructions::tileDotI8(OpBuilder &builder, VectorType acc, VectorType a,
                                             VectorType b, bool unsignedA, bool unsignedB) {
  int64_t depth = a.getDimSize(1) / 4, columns = acc.getDimSize(1);
  auto write = [&](ImplicitLocOpBuilder &builder, ValueRange arguments) {
    SmallVector<Rows, 4> left, right;
    auto split = [&](Value tile, int64_t size, int number, bool isUnsigned) {
      return Rows::make(builder, tile, VectorType::get({size}, builder.getI32Type()),
                        [&](Value row) { return widenByte(builder, row, number, isUnsigned); });
    };
    for (int number = 0; number < 4; ++number) {
      left.push_back(split(arguments[1], depth, number, unsignedA));
      right.push_back(split(arguments[2], columns, number, unsignedB));
    }
    auto init = [](Value row) { return SmallVector<Value>{row}; };
    auto step = [&](ValueRange sums, Value m, Value k) {
      Value sum = sums[0];
      for (auto [x, w] : llvm::zip_equal(left, right)) {
        Value product =
            arith::MulIOp::create(builder, x.broadcast(builder, m, k, columns), w.load(builder, k));
        sum = arith::AddIOp::create(builder, sum, product);
      }
      return SmallVector<Value>{sum};
    };
    auto finish = [](Value, ValueRange sums) { return sums[0]; };
    return reduceRows(builder, arguments[0], depth, init, step, finish);
  };
  std::string signs = std::string(unsignedA ? "u" : "s") + (unsignedB ? "u" : "s");
  return getOrWrite(builder, "tdpb" + signs + "d_" + nameOf(acc, a), {acc, a, b}, write);
}

func::FuncOp EmulatedInstructions::expand(OpBuilder &builder, VectorType values) {
  auto mask = VectorType::get(values.getShape(), builder.getI1Type());
  auto write = [&](ImplicitLocOpBuilder &builder, ValueRange arguments) -> Value {
    Rows memory = Rows::make(builder, 1, values);
    Value zero = constantIndex(builder, 0);
    memory.store(builder, arguments[0], zero);
    return vector::ExpandLoadOp::create(builder, values, memory.memory, ValueRange{zero, zero},
                                        arguments[2], arguments[1]);
  };
  return getOrWrite(builder,
                    "vpexpand_" + Twine(values.getDimSize(0)) + "x" +
                        Twine(values.getElementTypeBitWidth()),
                    {values, values, mask}, write);
}
