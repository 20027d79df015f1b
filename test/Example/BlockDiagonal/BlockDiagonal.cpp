//===- BlockDiagonal.cpp - example.block_diagonal_matmul ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// W = blockdiag(D_1 .. D_b).
//
//===----------------------------------------------------------------------===//

#include "BlockDiagonal.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"
#include "structlin/IR/FamilySupport.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::example;

#include "BlockDiagonalDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "BlockDiagonalAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "BlockDiagonalOps.cpp.inc"

void ExampleDialect::initialize() {
  addAttributes<BlockDiagonalAttr>();
  addOperations<BlockDiagonalMatmulOp>();
}

void example::registerBlockDiagonal(DialectRegistry &registry) {
  registry.insert<ExampleDialect>();
  // Assignment parses structures while it runs, when no dialect can be loaded any
  // more: this one comes with structlin's.
  registry.addExtension(
      +[](MLIRContext *context, StructlinDialect *) { context->loadDialect<ExampleDialect>(); });
  registerBlockDiagonalFit(registry);
}

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

LogicalResult BlockDiagonalAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                        int64_t blocks) {
  if (blocks <= 0)
    return emitError() << "expected a positive number of blocks, got " << blocks;
  return success();
}

StringRef BlockDiagonalAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> BlockDiagonalAttr::resolve(int64_t numOutputs, int64_t numInputs,
                                                             std::string &why) const {
  if (getBlocks() > std::min(numOutputs, numInputs)) {
    why = std::to_string(getBlocks()) + " blocks are more than the smaller side of the weight, " +
          std::to_string(std::min(numOutputs, numInputs));
    return failure();
  }
  return StructureAttrInterface(*this);
}

double BlockDiagonalAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  double p = llvm::divideCeil(numOutputs, getBlocks());
  double q = llvm::divideCeil(numInputs, getBlocks());
  return double(getBlocks()) * p * q / (double(numOutputs) * double(numInputs));
}

Operation *BlockDiagonalAttr::buildMatmul(OpBuilder &builder, Location loc, Value input,
                                          ValueRange factors, Value init,
                                          const MatmulAttributes &attributes) const {
  return buildFamilyOp<BlockDiagonalMatmulOp>(builder, loc, input, factors, init, attributes);
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

LogicalResult BlockDiagonalMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  ArrayRef<int64_t> shape = cast<ShapedType>(getDiagonal().getType()).getShape();
  // BD-C1, BD-C2
  if (failed(verifyCovers(*this, "D", "outputs", shape[0], shape[1], getNumOutputs())))
    return failure();
  return verifyCovers(*this, "D", "inputs", shape[0], shape[2], getNumInputs());
}

StructureAttrInterface BlockDiagonalMatmulOp::getWeightStructure() {
  // Only a tile has a dynamic number of blocks.
  int64_t blocks = cast<ShapedType>(getDiagonal().getType()).getDimSize(0);
  return BlockDiagonalAttr::get(getContext(), std::max<int64_t>(blocks, 1));
}

SmallVector<FactorInfo> BlockDiagonalMatmulOp::getFactorInfos() { return {{"D"}}; }

OutputBlocking BlockDiagonalMatmulOp::getOutputBlocking(OpBuilder &builder, Location loc) {
  return {linalg::createFoldedDimOp(builder, loc, getDiagonal(), 0),
          linalg::createFoldedDimOp(builder, loc, getDiagonal(), 1)};
}

SmallVector<Value> BlockDiagonalMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                                       const RowTile &tile) {
  Value blocks = sliceDim(builder, loc, getDiagonal(), 0, tile.firstBlock, tile.numBlocks);
  return {sliceDim(builder, loc, blocks, 1, tile.firstRow, tile.numRows)};
}

/// The other blocks of these rows are zero, so a tile is block diagonal again, over
/// the inputs of its own blocks.
Extent BlockDiagonalMatmulOp::getInputsOfTile(OpBuilder &builder, Location loc,
                                              const RowTile &tile) {
  OpFoldResult b = linalg::createFoldedDimOp(builder, loc, getDiagonal(), 0);
  OpFoldResult q = linalg::createFoldedDimOp(builder, loc, getDiagonal(), 2);
  OpFoldResult numInputs = linalg::createFoldedDimOp(builder, loc, getInput(), 1);
  return getExtentOfBlocks(builder, loc,
                           {tile.firstBlock, tile.numBlocks, builder.getIndexAttr(0), q}, {b, q},
                           numInputs);
}

/// y[t, i, a] += sum_k x[t, i, k] D[i, a, k], over padded blocks.
Value BlockDiagonalMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x,
                                          ValueRange factors, Value acc) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, factors[0]);
  OpFoldResult b = sizes[0], p = sizes[1], q = sizes[2];
  Value blocked =
      buildContraction(builder, loc, splitColumns(builder, loc, x, b, q), factors[0],
                       splitColumns(builder, loc, acc, b, p), {{0, 1, 3}, {1, 2, 3}, {0, 1, 2}});
  return joinColumns(builder, loc, blocked, tensor::getMixedSize(builder, loc, acc, 1),
                     acc.getType());
}
