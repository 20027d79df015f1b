//===- ReplaceLayer.cpp - a layer becomes a structured product ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the parameters and the product, and erases what made the dense weight.
//
//===----------------------------------------------------------------------===//

#include "ReplaceLayer.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::structlin;

/// Erases the operations that made `value` once nothing reads them.
static void eraseUnread(RewriterBase &rewriter, Value value) {
  // Each one once: of two operands one may be made from the other.
  llvm::SmallSetVector<Operation *, 8> candidates;
  auto consider = [&](Value made) {
    if (Operation *op = made.getDefiningOp())
      candidates.insert(op);
  };
  consider(value);
  while (!candidates.empty()) {
    Operation *op = candidates.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    llvm::for_each(op->getOperands(), consider);
    rewriter.eraseOp(op);
  }
}

Operation *mlir::structlin::replaceLayer(RewriterBase &rewriter, LinearOp layer,
                                         StructureAttrInterface structure,
                                         ArrayRef<FactorParameter> factors, FitAttr fit) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(layer);
  SmallVector<Value> operands;
  for (const FactorParameter &factor : factors)
    operands.push_back(
        ParameterOp::create(rewriter, layer.getLoc(), factor.type, factor.name, factor.value));
  MatmulAttributes attributes;
  attributes.acc = layer.getAcc().value_or(Type());
  attributes.layer = layer.getLayerAttr();
  attributes.fit = fit;
  Operation *op = structure.buildMatmul(rewriter, layer.getLoc(), layer.getInput(), operands,
                                        layer.getInit(), attributes);
  op->setDiscardableAttrs(layer->getDiscardableAttrDictionary());
  // Inner results take the factors' type where that is a short float, and the type
  // of the dense weight; elsewhere the accumulation type is the default.
  Type element = getElementTypeOrSelf(layer.getWeight());
  auto hasThisType = [&](const FactorParameter &factor) {
    return factor.type.getElementType() == element || !isa<FloatType>(factor.type.getElementType());
  };
  if (isa<Float16Type, BFloat16Type>(element) && llvm::all_of(factors, hasThisType) &&
      cast<StructuredMatmulOpInterface>(op).hasInnerResults())
    op->setAttr("mid", TypeAttr::get(element));

  Value weight = layer.getWeight();
  rewriter.replaceOp(layer, op->getResults());
  eraseUnread(rewriter, weight);
  return op;
}
