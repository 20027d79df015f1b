//===- KernelBufferization.cpp - structlin.kernel on buffers --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One-shot bufferization of kernels. Operands become the buffers of the block's
// arguments, of which only those of inits may be written. A result is the buffer
// of its init: what is yielded is either that buffer already or copied into it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Bufferize.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// structlin.kernel
//===----------------------------------------------------------------------===//

bool KernelOp::bufferizesToMemoryRead(OpOperand &operand, const AnalysisState &state) {
  return state.isValueRead(getBody().getArgument(operand.getOperandNumber()));
}

bool KernelOp::bufferizesToMemoryWrite(OpOperand &operand, const AnalysisState &) {
  return isDpsInit(&operand);
}

AliasingValueList KernelOp::getAliasingValues(OpOperand &operand, const AnalysisState &) {
  return detail::getTiedResult(*this, operand);
}

bool KernelOp::isWritable(Value value, const AnalysisState &) {
  auto argument = dyn_cast<BlockArgument>(value);
  return !argument || argument.getArgNumber() >= getInputs().size();
}

FailureOr<BufferLikeType> KernelOp::getBufferType(Value value, const BufferizationOptions &options,
                                                  const BufferizationState &state,
                                                  SmallVector<Value> &invocationStack) {
  Value operand;
  if (auto argument = dyn_cast<BlockArgument>(value))
    operand = (*this)->getOperand(argument.getArgNumber());
  else
    operand = getInits()[cast<OpResult>(value).getResultNumber()];
  return bufferization::getBufferType(operand, options, state, invocationStack);
}

LogicalResult KernelOp::bufferize(RewriterBase &rewriter, const BufferizationOptions &options,
                                  BufferizationState &state) {
  SmallVector<Value> operands;
  for (Value operand : (*this)->getOperands()) {
    FailureOr<Value> buffer = operand;
    if (isa<RankedTensorType>(operand.getType()))
      buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return failure();
    operands.push_back(*buffer);
  }
  if (failed(bufferizeBlockSignature(&getBody().front(), rewriter, options, state)))
    return failure();

  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(*this);
  OperationState newState(getLoc(), getOperation()->getName(), operands, TypeRange(),
                          (*this)->getAttrs());
  newState.addRegion();
  auto kernel = cast<KernelOp>(rewriter.create(newState));
  rewriter.inlineRegionBefore(getBody(), kernel.getBody(), kernel.getBody().end());
  replaceOpWithBufferizedValues(rewriter, *this, kernel.getInits());
  return success();
}

//===----------------------------------------------------------------------===//
// structlin.yield
//===----------------------------------------------------------------------===//

// Ends up in the init's buffer, which the kernel's own write accounts for.
bool YieldOp::bufferizesToMemoryRead(OpOperand &, const AnalysisState &) { return true; }
bool YieldOp::bufferizesToMemoryWrite(OpOperand &, const AnalysisState &) { return false; }
bool YieldOp::mustBufferizeInPlace(OpOperand &, const AnalysisState &) { return true; }
AliasingValueList YieldOp::getAliasingValues(OpOperand &, const AnalysisState &) { return {}; }

/// The value that a buffer is a view of: a block argument (as a tensor until the
/// kernel itself is bufferized), an allocation, or whatever else defines it.
static Value getRoot(Value buffer) {
  while (Operation *def = buffer.getDefiningOp()) {
    if (auto view = dyn_cast<ViewLikeOpInterface>(def))
      buffer = view.getViewSource();
    else if (auto toBuffer = dyn_cast<ToBufferOp>(def))
      buffer = toBuffer.getTensor();
    else if (auto toTensor = dyn_cast<ToTensorOp>(def))
      buffer = toTensor.getBuffer();
    else
      break;
  }
  return buffer;
}

/// Whether copying into `target` may change what `source` holds.
static bool mayOverwrite(Value target, Value source) {
  Value root = getRoot(source);
  if (isa<BlockArgument>(root))
    return root == getRoot(target);
  return !root.getDefiningOp<memref::AllocOp>();
}

LogicalResult YieldOp::bufferize(RewriterBase &rewriter, const BufferizationOptions &options,
                                 BufferizationState &state) {
  auto kernel = cast<KernelOp>((*this)->getParentOp());
  ValueRange inits = kernel.getBody().getArguments().drop_front(kernel.getInputs().size());
  SmallVector<std::pair<Value, Value>> copies;
  for (auto [result, init] : llvm::zip_equal(getResults(), inits)) {
    FailureOr<Value> source = getBuffer(rewriter, result, options, state);
    if (failed(source))
      return failure();
    auto written = source->getDefiningOp<ToBufferOp>();
    if (written && written.getTensor() == init)
      continue;
    FailureOr<Value> target = getBuffer(rewriter, init, options, state);
    if (failed(target))
      return failure();
    copies.emplace_back(*source, *target);
  }

  // A result may live in the buffer of another one's init (a swap, say). Such a
  // result is set aside before anything is copied.
  for (auto it = copies.begin(); it != copies.end(); ++it) {
    Value source = it->first;
    if (llvm::none_of(llvm::make_range(copies.begin(), it),
                      [&](const auto &earlier) { return mayOverwrite(earlier.second, source); }))
      continue;
    auto type = cast<MemRefType>(source.getType());
    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(memref::DimOp::create(rewriter, getLoc(), source, dim));
    auto plain = MemRefType::get(type.getShape(), type.getElementType(),
                                 MemRefLayoutAttrInterface(), type.getMemorySpace());
    FailureOr<Value> aside = options.createAlloc(rewriter, getLoc(), plain, sizes);
    if (failed(aside) || failed(options.createMemCpy(rewriter, getLoc(), source, *aside)))
      return failure();
    it->first = *aside;
  }
  for (auto [source, target] : copies)
    if (failed(options.createMemCpy(rewriter, getLoc(), source, target)))
      return failure();
  rewriter.replaceOpWithNewOp<YieldOp>(*this);
  return success();
}
