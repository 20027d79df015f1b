//===- KernelContent.cpp - what code can be emitted for -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelContent.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "structlin/Codegen/Elementwise.h"

using namespace mlir;
using namespace mlir::structlin;

SmallVector<Value> structlin::getKernelOperands(StructuredMatmulOpInterface product) {
  SmallVector<Value> operands{product.getMatmulInput()};
  UnpackOp last;
  for (Value factor : product.getFactors()) {
    auto unpack = factor.getDefiningOp<UnpackOp>();
    if (!unpack)
      operands.push_back(factor);
    else if (unpack != last)
      llvm::append_range(operands, unpack.getPacked());
    last = unpack;
  }
  return operands;
}

/// Whether the scalar `value` can be broadcast in a kernel.
static bool isAvailable(Value value) {
  Operation *def = value.getDefiningOp();
  return !def || def->hasTrait<OpTrait::ConstantLike>();
}

/// Whether the elements of `tensor` can be computed one by one. On failure `op` is what
/// is in the way.
static bool isComputable(Value tensor, StructuredMatmulOpInterface product, Operation *&op) {
  op = tensor.getDefiningOp();
  if (!op)
    return hasStorableElements(tensor.getType());
  if (op == product)
    return isComputable(product.getMatmulInit(), product, op);
  auto elementwise = dyn_cast<linalg::LinalgOp>(op);
  if (!elementwise || !isElementwise(elementwise) || elementwise.getNumLoops() != 2)
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!elementwise.payloadUsesValueFromOperand(&operand))
      continue;
    bool isFull =
        getOperandAccess(elementwise.getMatchingIndexingMap(&operand)) == OperandAccess::Full;
    if (isFull ? !isComputable(operand.get(), product, op) : !isAvailable(operand.get()))
      return false;
  }
  op = elementwise;
  return llvm::all_of(elementwise.getBlock()->getOperations(), [&](Operation &nested) {
    return llvm::all_of(nested.getOperands(), [&](Value value) {
      return value.getParentBlock() == elementwise.getBlock() || isAvailable(value);
    });
  });
}

FailureOr<StructuredMatmulOpInterface> structlin::getEmittableProduct(Block &body,
                                                                      std::string &why) {
  Operation *yield = body.getTerminator();
  if (yield->getNumOperands() != 1)
    return why = "it has " + std::to_string(yield->getNumOperands()) + " results", failure();
  SmallVector<StructuredMatmulOpInterface> products(body.getOps<StructuredMatmulOpInterface>());
  if (products.size() != 1)
    return why = "it has " + std::to_string(products.size()) + " structured products", failure();
  StructuredMatmulOpInterface product = products.front();
  for (Value operand : getKernelOperands(product))
    if (!isa<BlockArgument>(operand))
      return why = "it computes an operand of the product", failure();
  Operation *culprit = nullptr;
  if (!isa_and_nonnull<linalg::LinalgOp, StructuredMatmulOpInterface>(
          yield->getOperand(0).getDefiningOp()) ||
      !isComputable(yield->getOperand(0), product, culprit))
    return why = ("'" + (culprit ? culprit : yield)->getName().getStringRef() +
                  "' is not elementwise")
                     .str(),
           failure();
  return product;
}
