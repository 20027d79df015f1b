//===- StructuredBufferization.cpp - structured products on buffers -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one-shot bufferization needs from a destination-passing operation
// without a region: its results are the buffers of its inits.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "structlin/IR/StructuredMatmul.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::structlin;

AliasingValueList structlin::detail::getTiedResult(DestinationStyleOpInterface op,
                                                   OpOperand &operand) {
  if (op.isDpsInit(&operand))
    return {{op.getTiedOpResult(&operand), BufferRelation::Equivalent}};
  return {};
}

LogicalResult structlin::detail::bufferizeDestinationStyle(DestinationStyleOpInterface op,
                                                           RewriterBase &rewriter,
                                                           const BufferizationOptions &options,
                                                           BufferizationState &state) {
  if (op.hasPureBufferSemantics())
    return success();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<Value> operands, results;
  for (OpOperand &operand : op->getOpOperands()) {
    Value buffer = operand.get();
    if (isa<RankedTensorType>(buffer.getType())) {
      FailureOr<Value> converted = getBuffer(rewriter, buffer, options, state);
      if (failed(converted))
        return failure();
      buffer = *converted;
    }
    operands.push_back(buffer);
    if (op.isDpsInit(&operand))
      results.push_back(buffer);
  }
  mlir::clone(rewriter, op, /*newResultTypes=*/TypeRange(), operands);
  replaceOpWithBufferizedValues(rewriter, op, results);
  return success();
}
