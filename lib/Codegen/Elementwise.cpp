//===- Elementwise.cpp - operations that may finish a product -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/Elementwise.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::structlin;

std::optional<OperandAccess> structlin::getOperandAccess(AffineMap map) {
  auto isZero = [](AffineExpr expr) { return isa<AffineConstantExpr>(expr) && expr == 0; };
  if (llvm::all_of(map.getResults(), isZero))
    return OperandAccess::Scalar;
  if (map.isIdentity())
    return OperandAccess::Full;
  bool endsInLast =
      map.getResults().back() == getAffineDimExpr(map.getNumDims() - 1, map.getContext());
  if (endsInLast && llvm::all_of(map.getResults().drop_back(), isZero))
    return OperandAccess::Row;
  return std::nullopt;
}

/// Whether vectors have `op` too.
static bool isVectorizable(Operation &op) {
  // Powers become products.
  if (auto power = dyn_cast<math::FPowIOp>(op))
    return matchPattern(power.getRhs(), m_Constant());
  return !isa<math::IPowIOp>(op) && op.getNumResults() == 1 &&
         OpTrait::hasElementwiseMappableTraits(&op);
}

/// Whether the body is a line of operations that vectors have too.
static bool hasVectorizableBody(linalg::LinalgOp op) {
  return llvm::all_of(op.getBlock()->without_terminator(), [](Operation &nested) {
    return nested.hasTrait<OpTrait::ConstantLike>() || isVectorizable(nested);
  });
}

bool structlin::isElementwise(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 || op->getNumResults() != 1 ||
      op.hasIndexSemantics() || op.getNumLoops() < 2 ||
      op.getNumParallelLoops() != op.getNumLoops())
    return false;
  if (!op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return false;
  bool readsKnown = llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
    return getOperandAccess(op.getMatchingIndexingMap(operand)).has_value();
  });
  return readsKnown && hasVectorizableBody(op);
}

bool structlin::isBroadcast(linalg::LinalgOp op) {
  if (!isElementwise(op) || op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return false;
  return llvm::none_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
    return getOperandAccess(op.getMatchingIndexingMap(operand)) == OperandAccess::Full;
  });
}

bool structlin::hasStorableElements(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isIntOrFloat() && element.getIntOrFloatBitWidth() % 8 == 0;
}
