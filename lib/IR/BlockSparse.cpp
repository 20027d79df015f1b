//===- BlockSparse.cpp - structlin.block_sparse_matmul and #structlin.block_sparse ===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole blocks of W are zero.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "structlin/IR/FamilySupport.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

LogicalResult BlockSparseAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                      ArrayRef<int64_t> block, Real keep) {
  if (block.size() != 2 || llvm::any_of(block, [](int64_t size) { return size <= 0; }))
    return emitError() << "expected block to be two positive numbers, got [" << block << "]";
  if (!(keep.value >= 0))
    return emitError() << "expected keep not to be negative, got " << keep.value;
  return success();
}

StringRef BlockSparseAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> BlockSparseAttr::resolve(int64_t numOutputs, int64_t numInputs,
                                                           std::string &why) const {
  if (!getKeep() || getKeep().value > 1) {
    why = "block_sparse needs the fraction of blocks to keep, in (0, 1]";
    return failure();
  }
  if (getBlock()[0] > numOutputs || getBlock()[1] > numInputs) {
    why = "a block of " + std::to_string(getBlock()[0]) + " x " + std::to_string(getBlock()[1]) +
          " is larger than the weight, " + std::to_string(numOutputs) + " x " +
          std::to_string(numInputs);
    return failure();
  }
  return StructureAttrInterface(*this);
}

double BlockSparseAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  double bh = double(getBlock()[0]), bw = double(getBlock()[1]);
  double blocks = std::ceil(double(numOutputs) / bh) * std::ceil(double(numInputs) / bw);
  return std::round(getKeep().value * blocks) * bh * bw / (double(numOutputs) * double(numInputs));
}

Operation *BlockSparseAttr::buildMatmul(OpBuilder &builder, Location loc, Value input,
                                        ValueRange factors, Value init,
                                        const MatmulAttributes &attributes) const {
  return buildFamilyOp<BlockSparseMatmulOp>(builder, loc, input, factors, init, attributes);
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

LogicalResult BlockSparseMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  auto values = cast<ShapedType>(getValues().getType());
  int64_t numOffsets = cast<ShapedType>(getOffsets().getType()).getDimSize(0);
  // BS-C1
  if (failed(verifyDim(*this, "the number of indices (one per stored block)", values.getDimSize(0),
                       cast<ShapedType>(getIndices().getType()).getDimSize(0))))
    return failure();
  // BS-C2
  if (numOffsets == 0)
    return emitOpError("expected at least 1 offset, got 0");
  // BS-C3
  int64_t blockRows = values.getDimSize(1), numOutputs = getNumOutputs();
  if (ShapedType::isStatic(numOffsets) && ShapedType::isStatic(blockRows) &&
      ShapedType::isStatic(numOutputs) && (numOffsets - 1) * blockRows < numOutputs)
    return emitOpError() << "expected " << numOffsets << " offsets to give block rows of "
                         << blockRows << " that cover " << numOutputs << " outputs, got "
                         << (numOffsets - 1) << " block rows";
  // BS-C4: the bound of the indices divides by the width of a block.
  int64_t blockColumns = values.getDimSize(2);
  if (ShapedType::isDynamic(blockColumns) || blockColumns == 0)
    return emitOpError() << "expected blocks of static, positive width, got "
                         << formatDim(blockColumns);
  return success();
}

StructureAttrInterface BlockSparseMatmulOp::getWeightStructure() {
  auto values = cast<ShapedType>(getValues().getType());
  // Only a tile has dynamic or empty blocks; its attribute then speaks of one row.
  int64_t blockRows = std::max<int64_t>(values.getDimSize(1), 1);
  double keep = structlin::getKeep(*this).value_or(0.0);
  return BlockSparseAttr::get(getContext(), {blockRows, values.getDimSize(2)}, Real(keep));
}

SmallVector<FactorInfo> BlockSparseMatmulOp::getFactorInfos() {
  return {{"values", /*isIndex=*/false, /*sizedByPattern=*/true},
          {"indices", /*isIndex=*/true, /*sizedByPattern=*/true},
          {"offsets", /*isIndex=*/true}};
}

SmallVector<IndexCheck> BlockSparseMatmulOp::getIndexChecks() {
  using Kind = IndexCheck::Kind;
  return {{Kind::Offsets, 3, "BS-R1", IndexBound{1, 0, std::nullopt, 1}},
          {Kind::InRange, 2, "BS-R2", IndexBound{0, 1, std::pair(1u, 2u), 0}},
          {Kind::Increasing, 2, "BS-R3", {}, 0, 3}};
}

OutputBlocking BlockSparseMatmulOp::getOutputBlocking(OpBuilder &builder, Location loc) {
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  OpFoldResult numOffsets = linalg::createFoldedDimOp(builder, loc, getOffsets(), 0);
  return {affine::makeComposedFoldedAffineApply(builder, loc, s0 - 1, {numOffsets}),
          linalg::createFoldedDimOp(builder, loc, getValues(), 1)};
}

/// Offsets are absolute: a tile takes its own and leaves values and indices whole.
SmallVector<Value> BlockSparseMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                                     const RowTile &tile) {
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  OpFoldResult numOffsets =
      affine::makeComposedFoldedAffineApply(builder, loc, s0 + 1, {tile.numBlocks});
  return {sliceDim(builder, loc, getValues(), 1, tile.firstRow, tile.numRows), getIndices(),
          sliceDim(builder, loc, getOffsets(), 0, tile.firstBlock, numOffsets)};
}

/// One scf.for over block rows, one inside over the row's blocks.
Value BlockSparseMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x,
                                        ValueRange factors, Value acc) {
  Value values = factors[0], indices = factors[1], offsets = factors[2];
  OpFoldResult m = tensor::getMixedSize(builder, loc, x, 0);
  OpFoldResult n = tensor::getMixedSize(builder, loc, acc, 1);
  OpFoldResult blockRows = tensor::getMixedSize(builder, loc, values, 1);
  OpFoldResult blockColumns = tensor::getMixedSize(builder, loc, values, 2);
  AffineExpr s0 = builder.getAffineSymbolExpr(0);
  OpFoldResult numBlockRows = affine::makeComposedFoldedAffineApply(
      builder, loc, s0 - 1, {tensor::getMixedSize(builder, loc, offsets, 0)});
  // x and acc padded to whole blocks.
  OpFoldResult paddedInputs =
      mulSizes(builder, loc,
               ceilDivSizes(builder, loc, tensor::getMixedSize(builder, loc, x, 1), blockColumns),
               blockColumns);
  Value xPadded = buildPadTo(builder, loc, x, 1, paddedInputs);
  Value accPadded =
      buildPadTo(builder, loc, acc, 1, mulSizes(builder, loc, numBlockRows, blockRows));

  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  auto asValue = [&](OpBuilder &b, OpFoldResult size) {
    return getValueOrCreateConstantIndexOp(b, loc, size);
  };
  auto loadIndex = [&](OpBuilder &b, Value tensor, Value at) -> Value {
    Value element = tensor::ExtractOp::create(b, loc, tensor, at);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), element);
  };
  Value c0 = asValue(builder, zero), c1 = asValue(builder, one);

  auto buildBlock = [&](OpBuilder &b, Value k, Value tile) -> Value {
    Value column =
        arith::MulIOp::create(b, loc, loadIndex(b, indices, k), asValue(b, blockColumns));
    Value xTile = tensor::ExtractSliceOp::create(b, loc, xPadded, {zero, column}, {m, blockColumns},
                                                 {one, one});
    auto valuesType = cast<RankedTensorType>(values.getType());
    auto blockType =
        RankedTensorType::get(valuesType.getShape().drop_front(), valuesType.getElementType());
    Value block = tensor::ExtractSliceOp::create(b, loc, blockType, values, {k, zero, zero},
                                                 {one, blockRows, blockColumns}, {one, one, one});
    return buildMatmulTransposed(b, loc, xTile, block, tile);
  };

  auto buildBlockRow = [&](OpBuilder &b, Location, Value i, ValueRange carried) {
    Value next = arith::AddIOp::create(b, loc, i, c1);
    Value row = arith::MulIOp::create(b, loc, i, asValue(b, blockRows));
    Value tile =
        tensor::ExtractSliceOp::create(b, loc, carried[0], {zero, row}, {m, blockRows}, {one, one});
    auto blocks =
        scf::ForOp::create(b, loc, loadIndex(b, offsets, i), loadIndex(b, offsets, next), c1, tile,
                           [&](OpBuilder &nested, Location, Value k, ValueRange inner) {
                             scf::YieldOp::create(nested, loc, buildBlock(nested, k, inner[0]));
                           });
    Value updated = tensor::InsertSliceOp::create(b, loc, blocks.getResult(0), carried[0],
                                                  {zero, row}, {m, blockRows}, {one, one});
    scf::YieldOp::create(b, loc, updated);
  };
  auto rows = scf::ForOp::create(builder, loc, c0, asValue(builder, numBlockRows), c1, accPadded,
                                 buildBlockRow);
  Value result = sliceDim(builder, loc, rows.getResult(0), 1, zero, n);
  if (result.getType() != acc.getType())
    result = tensor::CastOp::create(builder, loc, acc.getType(), result);
  return result;
}
