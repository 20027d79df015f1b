//===- CallKernel.cpp - structlin.call_kernel -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls of outlined kernels, on tensors and on buffers.
//
//===----------------------------------------------------------------------===//

#include "KernelBody.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::structlin;

KernelFuncOp CallKernelOp::getKernel() {
  return SymbolTable::lookupNearestSymbolFrom<KernelFuncOp>(*this, getCalleeAttr());
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

/// Whether a value of type `type` can be passed for an argument of type `expected`, which
/// may leave sizes open.
static bool isAccepted(Type type, Type expected) {
  auto tensor = dyn_cast<RankedTensorType>(expected);
  if (!tensor)
    return type == expected;
  auto shaped = dyn_cast<ShapedType>(type);
  if (!isa<RankedTensorType, MemRefType>(type) ||
      shaped.getElementType() != tensor.getElementType() || shaped.getRank() != tensor.getRank())
    return false;
  return llvm::all_of(llvm::zip_equal(shaped.getShape(), tensor.getShape()), [](auto sizes) {
    auto [got, expected] = sizes;
    return got == expected || ShapedType::isDynamic(expected);
  });
}

LogicalResult CallKernelOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // CK-C1
  auto kernel = symbols.lookupNearestSymbolFrom<KernelFuncOp>(*this, getCalleeAttr());
  if (!kernel)
    return emitOpError() << "expected '" << getCallee() << "' to be a structlin.kernel_func";
  // CK-C2
  TypeRange arguments = kernel.getBody().getArgumentTypes();
  if (arguments.size() != getNumOperands() || kernel.getNumInits() != getInits().size())
    return emitOpError() << "expected " << kernel.getNumInputs() << " inputs and "
                         << kernel.getNumInits() << " inits, got " << getInputs().size() << " and "
                         << getInits().size();
  // CK-C3
  for (auto [index, types] : llvm::enumerate(llvm::zip_equal(getOperandTypes(), arguments)))
    if (!isAccepted(std::get<0>(types), std::get<1>(types)))
      return emitOpError() << "expected operand #" << index << " to be of the kernel's type "
                           << std::get<1>(types) << ", got " << std::get<0>(types);
  return success();
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void CallKernelOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  getKernelEffects(*this, effects);
}

LogicalResult CallKernelOp::reifyResultShapes(OpBuilder &builder,
                                              ReifiedRankedShapedTypeDims &shapes) {
  for (OpResult result : getResults())
    shapes.push_back(
        tensor::getMixedSizes(builder, getLoc(), getInits()[result.getResultNumber()]));
  return success();
}

bool CallKernelOp::bufferizesToMemoryRead(OpOperand &operand, const AnalysisState &) {
  return getKernel().readsArgument(operand.getOperandNumber());
}

bool CallKernelOp::bufferizesToMemoryWrite(OpOperand &operand, const AnalysisState &) {
  return isDpsInit(&operand);
}

AliasingValueList CallKernelOp::getAliasingValues(OpOperand &operand, const AnalysisState &) {
  return detail::getTiedResult(*this, operand);
}

/// A contiguous buffer with the content of
/// `buffer`.
static FailureOr<Value> copyForKernel(OpBuilder &builder, Location loc, Value buffer,
                                      const BufferizationOptions &options) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(memref::DimOp::create(builder, loc, buffer, dim));
  auto plain = MemRefType::get(type.getShape(), type.getElementType());
  FailureOr<Value> copy = options.createAlloc(builder, loc, plain, sizes);
  if (failed(copy) || failed(options.createMemCpy(builder, loc, buffer, *copy)))
    return failure();
  return copy;
}

LogicalResult CallKernelOp::bufferize(RewriterBase &rewriter, const BufferizationOptions &options,
                                      BufferizationState &state) {
  KernelFuncOp kernel = getKernel();
  SmallVector<Value> operands, results;
  SmallVector<std::pair<Value, Value>> copiedResults;
  for (OpOperand &operand : (*this)->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType())) {
      operands.push_back(operand.get());
      continue;
    }
    FailureOr<Value> buffer = getBuffer(rewriter, operand.get(), options, state);
    if (failed(buffer))
      return failure();
    if (isDpsInit(&operand))
      results.push_back(*buffer);
    // Code is emitted for rows whose elements follow each other.
    Type expected = kernel.getArgumentBufferType(operand.getOperandNumber());
    if (!memref::CastOp::areCastCompatible(buffer->getType(), expected)) {
      FailureOr<Value> copy = copyForKernel(rewriter, getLoc(), *buffer, options);
      if (failed(copy))
        return failure();
      if (isDpsInit(&operand))
        copiedResults.emplace_back(*copy, *buffer);
      buffer = copy;
    }
    operands.push_back(*buffer);
  }
  size_t numInputs = getInputs().size();
  CallKernelOp::create(rewriter, getLoc(), TypeRange(), getCallee(),
                       ArrayRef(operands).take_front(numInputs),
                       ArrayRef(operands).drop_front(numInputs));
  for (auto [from, to] : copiedResults)
    if (failed(options.createMemCpy(rewriter, getLoc(), from, to)))
      return failure();
  replaceOpWithBufferizedValues(rewriter, *this, results);
  return success();
}
