//===- ShapeFunction.cpp - the sizes of a function's results --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A copy of the function that returns sizes, from which upstream's shape
// resolution removes the computation.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "structlin/Lowering/EntryFunctions.h"

using namespace mlir;
using namespace mlir::structlin;

/// Makes every return give the dynamic sizes of its operands.
static void returnSizes(func::FuncOp function) {
  SmallVector<Type> resultTypes;
  function.walk([&](func::ReturnOp op) {
    OpBuilder builder(op);
    SmallVector<Value> sizes;
    for (Value result : op.getOperands()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      if (!type)
        continue;
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        if (type.isDynamicDim(dim))
          sizes.push_back(tensor::DimOp::create(builder, op.getLoc(), result, dim));
    }
    op.getOperandsMutable().assign(sizes);
    resultTypes.assign(sizes.size(), builder.getIndexType());
  });
  function.setType(
      FunctionType::get(function.getContext(), function.getArgumentTypes(), resultTypes));
  function.removeResAttrsAttr();
}

/// Calls whose results nobody uses can only have been there for their effect on the
/// outside (printing, timing), which a question for sizes must not repeat.
static void eraseUnusedCalls(func::FuncOp function) {
  SmallVector<func::CallOp> unused;
  function.walk([&](func::CallOp call) {
    if (call->use_empty())
      unused.push_back(call);
  });
  for (func::CallOp call : unused)
    call.erase();
}

FailureOr<func::FuncOp> structlin::buildShapeFunction(func::FuncOp entry) {
  bool isDynamic = llvm::any_of(entry.getResultTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  });
  if (!isDynamic)
    return func::FuncOp();
  std::string name = (entry.getName() + kShapesSuffix).str();
  if (SymbolTable::lookupNearestSymbolFrom(entry, StringAttr::get(entry.getContext(), name)))
    return entry.emitError("expected the name '") << name << "' of its shape function to be free";

  OpBuilder builder(entry.getContext());
  builder.setInsertionPointAfter(entry);
  auto shapes = cast<func::FuncOp>(builder.clone(*entry));
  shapes.setName(name);
  returnSizes(shapes);

  MLIRContext *context = entry.getContext();
  RewritePatternSet patterns(context);
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  memref::populateResolveShapedTypeResultDimsPatterns(patterns);
  for (Dialect *dialect : context->getLoadedDialects())
    dialect->getCanonicalizationPatterns(patterns);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    op.getCanonicalizationPatterns(patterns, context);
  FrozenRewritePatternSet frozen(std::move(patterns));
  // Not converging leaves a valid, merely longer function.
  (void)applyPatternsGreedily(shapes, frozen);
  eraseUnusedCalls(shapes);
  (void)applyPatternsGreedily(shapes, frozen);
  return shapes;
}
