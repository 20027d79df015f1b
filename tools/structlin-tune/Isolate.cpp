//===- Isolate.cpp - a group as a model of its own ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Isolate.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "structlin/Codegen/FoldDense.h"

using namespace mlir;
using namespace mlir::structlin;

OwningOpRef<ModuleOp> mlir::structlin::isolate(KernelOp kernel) {
  Location loc = kernel.getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  // Parameters and empty tensors are made inside.
  SmallVector<Value> outside;
  for (Value operand : kernel->getOperands())
    if (!operand.getDefiningOp<ParameterOp>() && !operand.getDefiningOp<tensor::EmptyOp>() &&
        !llvm::is_contained(outside, operand))
      outside.push_back(operand);
  auto type = builder.getFunctionType(TypeRange(ValueRange(outside)), kernel.getResultTypes());
  auto function = func::FuncOp::create(builder, loc, "kernel", type);
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  IRMapping map;
  map.map(ValueRange(outside), entry->getArguments());

  auto product = *kernel.getBody().getOps<StructuredMatmulOpInterface>().begin();
  auto inside = cast<BlockArgument>(product.getMatmulInput());
  Value x = map.lookup(kernel->getOperand(inside.getArgNumber()));
  for (Value operand : kernel->getOperands()) {
    if (map.contains(operand))
      continue;
    if (auto parameter = operand.getDefiningOp<ParameterOp>()) {
      map.map(operand, builder.clone(*parameter)->getResult(0));
      continue;
    }
    // A size of a group that is not known is the number of tokens.
    auto empty = cast<RankedTensorType>(operand.getType());
    SmallVector<Value> sizes;
    if (empty.getNumDynamicDims() != 0)
      sizes.assign(empty.getNumDynamicDims(), tensor::DimOp::create(builder, loc, x, 0));
    map.map(operand, tensor::EmptyOp::create(builder, loc, empty, sizes).getResult());
  }
  Operation *copy = builder.clone(*kernel, map);
  func::ReturnOp::create(builder, loc, copy->getResults());
  return module;
}

OwningOpRef<ModuleOp> mlir::structlin::isolateDense(ModuleOp isolated, Type element) {
  OwningOpRef<ModuleOp> module = isolated.clone();
  KernelOp kernel = getKernel(*module);
  auto product = *kernel.getBody().getOps<StructuredMatmulOpInterface>().begin();
  IRRewriter rewriter(kernel.getContext());
  rewriter.setInsertionPoint(kernel);
  auto type = RankedTensorType::get({product.getNumOutputs(), product.getNumInputs()}, element);
  Value weight =
      ParameterOp::create(rewriter, kernel.getLoc(), type, kDenseWeightName, ElementsAttr());
  KernelOp copy = cloneWithDense(rewriter, kernel, weight);
  rewriter.replaceOp(kernel, copy->getResults());
  return module;
}

KernelOp mlir::structlin::getKernel(ModuleOp isolated) {
  KernelOp found;
  isolated.walk([&](KernelOp kernel) { found = kernel; });
  return found;
}
