//===- GeneralizeKernel.cpp - kernels for all sizes of one kind -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes are opened where the kernel's arguments come in, and from there on follow
// destinations to results.
//
//===----------------------------------------------------------------------===//

#include "GeneralizeKernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "structlin/Codegen/Elementwise.h"

using namespace mlir;
using namespace mlir::structlin;

/// `type` with its first size left open.
static RankedTensorType openFirstSize(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  shape.front() = ShapedType::kDynamic;
  return RankedTensorType::get(shape, tensor.getElementType());
}

/// Whether the rows of a kernel's argument are tokens.
static bool hasTokens(BlockArgument argument) {
  return llvm::any_of(argument.getUses(), [](OpOperand &use) {
    if (auto product = dyn_cast<StructuredMatmulOpInterface>(use.getOwner()))
      return use.getOperandNumber() == 0 || product.isDpsInit(&use);
    auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
    return op && getOperandAccess(op.getMatchingIndexingMap(&use)) == OperandAccess::Full;
  });
}

/// The types of the factors with what their pattern decides left open.
static SmallVector<Type> getFactorTypes(StructuredMatmulOpInterface product) {
  SmallVector<Type> types;
  for (auto [factor, info] : llvm::zip_equal(product.getFactors(), product.getFactorInfos()))
    types.push_back(info.sizedByPattern ? openFirstSize(factor.getType()) : factor.getType());
  return types;
}

/// The types that values of the kernel's body have in the function.
static DenseMap<Value, Type> openTypes(KernelOp kernel, StructuredMatmulOpInterface product) {
  DenseMap<Value, Type> types;
  for (BlockArgument argument : kernel.getBody().getArguments())
    if (hasTokens(argument))
      types[argument] = openFirstSize(argument.getType());
  for (auto [factor, type] : llvm::zip_equal(product.getFactors(), getFactorTypes(product)))
    types[factor] = type;
  for (auto unpack : kernel.getBody().getOps<UnpackOp>()) {
    auto factors = llvm::map_to_vector(unpack.getFactors(), [&](Value factor) {
      return cast<RankedTensorType>(types.lookup(factor));
    });
    std::string why;
    auto packed = unpack.getLayout().getPackedTypes(factors, why);
    assert(succeeded(packed) && "expected a layout that does not depend on the pattern");
    for (auto [value, type] : llvm::zip_equal(unpack.getPacked(), *packed))
      types[value] = type;
  }
  return types;
}

/// Copies `op` of the kernel's body.
static void copyOperation(OpBuilder &builder, Operation &op, const DenseMap<Value, Type> &types,
                          Value x, IRMapping &mapping) {
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    // Tensors in a kernel are tokens x outputs.
    Value tokens = tensor::DimOp::create(builder, op.getLoc(), x, 0);
    mapping.map(empty.getResult(), tensor::EmptyOp::create(builder, op.getLoc(),
                                                           openFirstSize(empty.getType()), tokens));
    return;
  }
  Operation *copy = builder.clone(op, mapping);
  if (auto unpack = dyn_cast<UnpackOp>(op))
    for (auto [result, factor] : llvm::zip_equal(copy->getResults(), unpack.getFactors()))
      result.setType(types.lookup(factor));
  if (auto inPlace = dyn_cast<DestinationStyleOpInterface>(copy))
    for (OpOperand &init : inPlace.getDpsInitsMutable())
      inPlace.getTiedOpResult(&init).setType(cast<RankedTensorType>(init.get().getType()));
  if (isa<StructuredMatmulOpInterface>(copy))
    for (StringRef name : {"layer", "fit", "structure"})
      copy->removeAttr(name);
}

KernelFuncOp structlin::generalizeKernel(OpBuilder &builder, KernelOp kernel,
                                         StructuredMatmulOpInterface product) {
  DenseMap<Value, Type> types = openTypes(kernel, product);
  OpBuilder::InsertionGuard guard(builder);
  auto function = KernelFuncOp::create(builder, kernel.getLoc(), builder.getStringAttr("kernel"),
                                       builder.getStringAttr("private"), kernel.getScheduleAttr());
  Block *body = builder.createBlock(&function.getBody());
  IRMapping mapping;
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    auto opened = types.find(argument);
    Type type = opened == types.end() ? argument.getType() : opened->second;
    mapping.map(argument, body->addArgument(type, argument.getLoc()));
  }
  Value x = mapping.lookup(product.getMatmulInput());
  for (Operation &op : kernel.getBody().front())
    copyOperation(builder, op, types, x, mapping);
  return function;
}
