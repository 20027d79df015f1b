//===- Epilogue.cpp - what a kernel does with finished tiles --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body of each elementwise operation is copied on vectors, starting from what the
// kernel yields; nothing but the result is written.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "structlin/Codegen/Elementwise.h"
#include "structlin/Emit/PartialVectors.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value Epilogue::getOperand(Value argument) {
  return operands[cast<BlockArgument>(argument).getArgNumber()];
}

Value Epilogue::loadVector(Place &place, Value buffer, ValueRange position) {
  return loadFirst(place.builder, place.loc, target, buffer, position, place.valid, place.lanes);
}

Value Epilogue::getRow(Place &place, Value tensor) {
  Value &row = place.rows[tensor];
  if (!row)
    row = loadVector(place, getOperand(tensor), place.col);
  return row;
}

Value Epilogue::getScalar(Place &place, Value value) {
  auto type = VectorType::get({place.lanes}, getElementTypeOrSelf(value.getType()));
  Attribute constant;
  if (matchPattern(value, m_Constant(&constant)))
    return arith::ConstantOp::create(place.builder, place.loc,
                                     DenseElementsAttr::get(type, constant));
  Value scalar = getOperand(value);
  if (isa<MemRefType>(scalar.getType()))
    scalar = memref::LoadOp::create(place.builder, place.loc, scalar, ValueRange());
  return vector::BroadcastOp::create(place.builder, place.loc, type, scalar);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// `vector` with elements of type `element`, of the same kind.
static Value convert(OpBuilder &builder, Location loc, Value vector, Type element) {
  auto from = cast<VectorType>(vector.getType());
  auto to = VectorType::get(from.getShape(), element);
  if (from == to)
    return vector;
  bool wider = element.getIntOrFloatBitWidth() > from.getElementTypeBitWidth();
  if (isa<FloatType>(element))
    return wider ? arith::ExtFOp::create(builder, loc, to, vector).getResult()
                 : arith::TruncFOp::create(builder, loc, to, vector).getResult();
  return wider ? arith::ExtSIOp::create(builder, loc, to, vector).getResult()
               : arith::TruncIOp::create(builder, loc, to, vector).getResult();
}

static bool isZeroFill(Value tensor) {
  auto fill = tensor.getDefiningOp<linalg::FillOp>();
  return fill &&
         (matchPattern(fill.value(), m_AnyZeroFloat()) || matchPattern(fill.value(), m_Zero()));
}

Value Epilogue::evaluateProduct(Place &place) {
  Value init = product.getMatmulInit(), sum = place.sum;
  Type element = getElementTypeOrSelf(init.getType());
  // A sum is never -0, so that adding 0 does nothing.
  if (!isZeroFill(init)) {
    Type acc = getElementTypeOrSelf(sum.getType());
    Value start = convert(place.builder, place.loc, evaluate(place, init), acc);
    sum = isa<FloatType>(acc)
              ? arith::AddFOp::create(place.builder, place.loc, start, sum).getResult()
              : arith::AddIOp::create(place.builder, place.loc, start, sum).getResult();
  }
  return convert(place.builder, place.loc, sum, element);
}

/// A copy of `op` on vectors. Functions of the math dialect are computed in f32 at least.
static Value cloneOnVectors(OpBuilder &builder, Location loc, Operation &op, int64_t lanes,
                            ArrayRef<Value> operands) {
  Type element = op.getResult(0).getType();
  auto type = VectorType::get({lanes}, element);
  bool isNarrow = isa<math::MathDialect>(op.getDialect()) && isa<FloatType>(element) &&
                  element.getIntOrFloatBitWidth() < 32;
  if (!isNarrow)
    return mlir::clone(builder, &op, TypeRange(type), operands)->getResult(0);
  Type wide = builder.getF32Type();
  SmallVector<Value> widened;
  for (Value operand : operands)
    widened.push_back(isa<FloatType>(getElementTypeOrSelf(operand.getType()))
                          ? convert(builder, loc, operand, wide)
                          : operand);
  Operation *copy = mlir::clone(builder, &op, TypeRange(VectorType::get({lanes}, wide)), widened);
  return convert(builder, loc, copy->getResult(0), element);
}

Value Epilogue::evaluateElementwise(Place &place, linalg::LinalgOp op) {
  IRMapping mapping;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!op.payloadUsesValueFromOperand(&operand))
      continue;
    OperandAccess access = *getOperandAccess(op.getMatchingIndexingMap(&operand));
    Value vector = access == OperandAccess::Full  ? evaluate(place, operand.get())
                   : access == OperandAccess::Row ? getRow(place, operand.get())
                                                  : getScalar(place, operand.get());
    mapping.map(op.getMatchingBlockArgument(&operand), vector);
  }
  Block *block = op.getBlock();
  auto lookup = [&](Value value) {
    // A constant, or a number from around the operation.
    return mapping.contains(value) ? mapping.lookup(value) : getScalar(place, value);
  };
  for (Operation &nested : block->without_terminator())
    if (!nested.hasTrait<OpTrait::ConstantLike>())
      mapping.map(nested.getResult(0),
                  cloneOnVectors(place.builder, place.loc, nested, place.lanes,
                                 llvm::map_to_vector(nested.getOperands(), lookup)));
  return lookup(block->getTerminator()->getOperand(0));
}

Value Epilogue::evaluate(Place &place, Value tensor) {
  if (Value known = place.tensors.lookup(tensor))
    return known;
  Value vector;
  if (isa<BlockArgument>(tensor))
    vector = loadVector(place, getOperand(tensor), {place.row, place.col});
  else if (tensor.getDefiningOp() == product)
    vector = evaluateProduct(place);
  else
    vector = evaluateElementwise(place, cast<linalg::LinalgOp>(tensor.getDefiningOp()));
  place.tensors[tensor] = vector;
  return vector;
}

void Epilogue::emit(OpBuilder &builder, Location loc, const VectorGrid &sums, Value row, Value col,
                    int64_t cols) {
  Value result = body.getTerminator()->getOperand(0);
  auto moved = [&](Value index, int64_t distance) -> Value {
    if (distance == 0)
      return index;
    Value constant = arith::ConstantIndexOp::create(builder, loc, distance);
    return arith::AddIOp::create(builder, loc, index, constant);
  };
  for (int64_t j = 0; j < sums.perRow; ++j) {
    int64_t lanes = cast<VectorType>(sums(0, j).getType()).getDimSize(0);
    int64_t valid = std::min(cols - j * lanes, lanes);
    if (valid <= 0)
      break;
    DenseMap<Value, Value> rows;
    Value firstCol = moved(col, j * lanes);
    for (int64_t i = 0; i < sums.rows; ++i) {
      Place place{builder,  loc,   sums(i, j), moved(row, i),
                  firstCol, lanes, valid,      DenseMap<Value, Value>(),
                  rows};
      storeFirst(builder, loc, target, evaluate(place, result), operands.back(),
                 {place.row, place.col}, valid);
    }
  }
}
