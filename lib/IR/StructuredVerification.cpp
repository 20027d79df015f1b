//===- StructuredVerification.cpp - index content at run time -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RuntimeVerifiableOpInterface for structured products: loops over the index
// factors that assert each of the operation's index checks.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "structlin/IR/IndexContent.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {

/// Emits the checks of one operation.
class IndexVerifier {
public:
  IndexVerifier(StructuredMatmulOpInterface op, OpBuilder &builder, Location loc)
      : op(op), builder(builder), loc(loc) {}

  void emit(const IndexCheck &check, StringRef message);

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value size(unsigned operand, unsigned dim) {
    return getValueOrCreateConstantIndexOp(
        builder, loc, linalg::createFoldedDimOp(builder, loc, op->getOperand(operand), dim));
  }
  Value compare(arith::CmpIPredicate predicate, Value lhs, Value rhs) {
    return arith::CmpIOp::create(builder, loc, predicate, lhs, rhs);
  }
  Value both(Value lhs, Value rhs) { return arith::AndIOp::create(builder, loc, lhs, rhs); }

  Value bound(const IndexCheck &check);
  Value load(unsigned operand, ValueRange position);
  Value loadPrevious(unsigned operand, ArrayRef<Value> position);
  void loop(Value from, Value to, function_ref<void(Value)> body);
  void loopNest(unsigned operand, unsigned rank, function_ref<void(ArrayRef<Value>)> body);
  void assertThat(Value condition, StringRef message) {
    cf::AssertOp::create(builder, loc, condition, message);
  }

  void emitInRange(const IndexCheck &check, StringRef message);
  void emitOffsets(const IndexCheck &check, StringRef message);
  void emitIncreasing(const IndexCheck &check, StringRef message);

  StructuredMatmulOpInterface op;
  OpBuilder &builder;
  Location loc;
};

} // namespace

Value IndexVerifier::bound(const IndexCheck &check) {
  if (check.limit > 0)
    return constant(check.limit);
  Value value = size(check.bound.operand, check.bound.dim);
  if (check.bound.divisor)
    value = arith::CeilDivSIOp::create(
        builder, loc, value, size(check.bound.divisor->first, check.bound.divisor->second));
  if (check.bound.plus != 0)
    value = arith::AddIOp::create(builder, loc, value, constant(check.bound.plus));
  return value;
}

/// The entry at `position`, as a signed index.
Value IndexVerifier::load(unsigned operand, ValueRange position) {
  Value factor = op->getOperand(operand), entry;
  if (isa<RankedTensorType>(factor.getType()))
    entry = tensor::ExtractOp::create(builder, loc, factor, position);
  else
    entry = memref::LoadOp::create(builder, loc, factor, position);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
}

/// The entry before `position` along the last dimension.
Value IndexVerifier::loadPrevious(unsigned operand, ArrayRef<Value> position) {
  SmallVector<Value> previous(position);
  previous.back() = arith::SubIOp::create(builder, loc, previous.back(), constant(1));
  return load(operand, previous);
}

void IndexVerifier::loop(Value from, Value to, function_ref<void(Value)> body) {
  auto forOp = scf::ForOp::create(builder, loc, from, to, constant(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  body(forOp.getInductionVar());
}

/// Loops over the first `rank` dimensions of an operand.
void IndexVerifier::loopNest(unsigned operand, unsigned rank,
                             function_ref<void(ArrayRef<Value>)> body) {
  SmallVector<Value> position;
  std::function<void(unsigned)> nest = [&](unsigned dim) {
    if (dim == rank)
      return body(position);
    loop(constant(0), size(operand, dim), [&](Value index) {
      position.push_back(index);
      nest(dim + 1);
      position.pop_back();
    });
  };
  nest(0);
}

void IndexVerifier::emitInRange(const IndexCheck &check, StringRef message) {
  Value limit = bound(check);
  unsigned rank = cast<ShapedType>(op->getOperand(check.operand).getType()).getRank();
  loopNest(check.operand, rank, [&](ArrayRef<Value> position) {
    Value entry = load(check.operand, position);
    assertThat(both(compare(arith::CmpIPredicate::sge, entry, constant(0)),
                    compare(arith::CmpIPredicate::slt, entry, limit)),
               message);
  });
}

void IndexVerifier::emitOffsets(const IndexCheck &check, StringRef message) {
  emitInRange(check, message);
  loop(constant(1), size(check.operand, 0), [&](Value index) {
    assertThat(compare(arith::CmpIPredicate::sge, load(check.operand, index),
                       loadPrevious(check.operand, {index})),
               message);
  });
}

void IndexVerifier::emitIncreasing(const IndexCheck &check, StringRef message) {
  auto assertRising = [&](ArrayRef<Value> position) {
    assertThat(compare(arith::CmpIPredicate::sgt, load(check.operand, position),
                       loadPrevious(check.operand, position)),
               message);
  };
  Value one = constant(1);
  if (!check.rows) {
    unsigned rank = cast<ShapedType>(op->getOperand(check.operand).getType()).getRank();
    loopNest(check.operand, rank - 1, [&](ArrayRef<Value> position) {
      loop(one, size(check.operand, rank - 1), [&](Value last) {
        SmallVector<Value> whole(position);
        whole.push_back(last);
        assertRising(whole);
      });
    });
    return;
  }
  Value numRows = arith::SubIOp::create(builder, loc, size(*check.rows, 0), one);
  loop(constant(0), numRows, [&](Value row) {
    Value next = arith::AddIOp::create(builder, loc, row, one);
    Value second = arith::AddIOp::create(builder, loc, load(*check.rows, row), one);
    loop(second, load(*check.rows, next), [&](Value index) { assertRising({index}); });
  });
}

void IndexVerifier::emit(const IndexCheck &check, StringRef message) {
  switch (check.kind) {
  case IndexCheck::Kind::InRange:
    return emitInRange(check, message);
  case IndexCheck::Kind::Offsets:
    return emitOffsets(check, message);
  case IndexCheck::Kind::Increasing:
    return emitIncreasing(check, message);
  }
}

void structlin::detail::generateIndexVerification(
    StructuredMatmulOpInterface op, OpBuilder &builder, Location loc,
    function_ref<std::string(Operation *, StringRef)> message) {
  SmallVector<IndexCheck> checks = op.getIndexChecks();
  IndexVerifier verifier(op, builder, loc);
  // Rows are walked by offsets that must be known to be good by then.
  for (bool increasing : {false, true})
    for (const IndexCheck &check : checks)
      if ((check.kind == IndexCheck::Kind::Increasing) == increasing)
        verifier.emit(check, message(op, describeIndexCheck(op, check)));
}
