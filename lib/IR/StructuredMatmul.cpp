//===- StructuredMatmul.cpp - what structured products have in common ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Costs, memory effects and result shapes over StructuredMatmulOpInterface.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructuredMatmul.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::structlin;

#include "structlin/IR/StructuredMatmulInterface.cpp.inc"

/// Elements of the numeric factors, padding included.
static std::optional<int64_t> getNumStoredParameters(StructuredMatmulOpInterface op) {
  int64_t count = 0;
  for (auto [factor, info] : llvm::zip_equal(op.getFactors(), op.getFactorInfos())) {
    auto type = cast<ShapedType>(factor.getType());
    if (info.isIndex)
      continue;
    if (!type.hasStaticShape())
      return std::nullopt;
    count += type.getNumElements();
  }
  return count;
}

std::optional<double> structlin::getKeep(StructuredMatmulOpInterface op) {
  int64_t numOutputs = op.getNumOutputs(), numInputs = op.getNumInputs();
  std::optional<int64_t> stored = getNumStoredParameters(op);
  if (!stored || ShapedType::isDynamic(numOutputs) || ShapedType::isDynamic(numInputs))
    return std::nullopt;
  return double(*stored) / (double(numOutputs) * double(numInputs));
}

std::optional<int64_t> structlin::detail::getFlopsFromStoredParameters(Operation *op,
                                                                       int64_t numTokens) {
  std::optional<int64_t> stored = getNumStoredParameters(cast<StructuredMatmulOpInterface>(op));
  if (!stored)
    return std::nullopt;
  return 2 * *stored * numTokens;
}

static int64_t getBytesPerElement(Type type) {
  return llvm::divideCeil(getElementTypeOrSelf(type).getIntOrFloatBitWidth(), 8);
}

std::optional<int64_t> structlin::detail::getBytesMovedOnce(Operation *operation,
                                                            int64_t numTokens) {
  auto op = cast<StructuredMatmulOpInterface>(operation);
  int64_t numOutputs = op.getNumOutputs(), numInputs = op.getNumInputs();
  if (ShapedType::isDynamic(numOutputs) || ShapedType::isDynamic(numInputs))
    return std::nullopt;
  // The init is read and the result written in its place.
  int64_t bytes = numTokens * (numInputs * getBytesPerElement(op.getMatmulInput().getType()) +
                               2 * numOutputs * getBytesPerElement(op.getMatmulInit().getType()));
  for (Value factor : op.getFactors()) {
    auto type = cast<ShapedType>(factor.getType());
    if (!type.hasStaticShape())
      return std::nullopt;
    bytes += type.getNumElements() * getBytesPerElement(type);
  }
  return bytes;
}

OutputBlocking structlin::detail::getUnblockedOutput(Operation *operation, OpBuilder &builder,
                                                     Location loc) {
  auto op = cast<StructuredMatmulOpInterface>(operation);
  return {builder.getIndexAttr(1), linalg::createFoldedDimOp(builder, loc, op.getMatmulInit(), 1)};
}

Extent structlin::detail::getAllInputs(Operation *operation, OpBuilder &builder, Location loc) {
  auto op = cast<StructuredMatmulOpInterface>(operation);
  return {builder.getIndexAttr(0), linalg::createFoldedDimOp(builder, loc, op.getMatmulInput(), 1)};
}

void structlin::detail::getStructuredMatmulEffects(
    StructuredMatmulOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

Speculation::Speculatability
structlin::detail::getStructuredMatmulSpeculatability(StructuredMatmulOpInterface op) {
  // Wrong shapes or index contents are undefined behaviour, so an operation with
  // dynamic sizes or index factors must not move above the check that guards it.
  bool isStatic = llvm::all_of(op->getOperandTypes(), [](Type type) {
    auto shaped = cast<ShapedType>(type);
    return isa<RankedTensorType>(type) && shaped.hasStaticShape();
  });
  bool hasIndices = llvm::any_of(op.getFactorInfos(), [](FactorInfo info) { return info.isIndex; });
  return isStatic && !hasIndices ? Speculation::Speculatable : Speculation::NotSpeculatable;
}

LogicalResult structlin::detail::reifyStructuredMatmulShapes(StructuredMatmulOpInterface op,
                                                             OpBuilder &builder,
                                                             ReifiedRankedShapedTypeDims &shapes) {
  if (op->getNumResults() == 0)
    return success();
  // The result has the init's shape.
  shapes.push_back(llvm::to_vector(llvm::map_range(ArrayRef<int64_t>{0, 1}, [&](int64_t dim) {
    return linalg::createFoldedDimOp(builder, op.getLoc(), op.getMatmulInit(), dim);
  })));
  return success();
}
