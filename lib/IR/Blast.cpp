//===- Blast.cpp - structlin.blast_matmul and #structlin.blast -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block (i, j) of W is U_i diag(s_ij) V_j.
//
//===----------------------------------------------------------------------===//

#include "SharedFactors.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

LogicalResult BlastAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                ArrayRef<int64_t> blocks, int64_t rank, Real keep) {
  if (blocks.size() != 2 || llvm::any_of(blocks, [](int64_t b) { return b <= 0; }))
    return emitError() << "expected blocks to be two positive numbers, got [" << blocks << "]";
  return verifyRankOrKeep(emitError, rank, keep);
}

StringRef BlastAttr::getFamily() const { return getMnemonic(); }

/// Stored parameters per unit of rank: b1 p + b2 q + b1 b2.
static int64_t getParametersPerRank(ArrayRef<int64_t> blocks, int64_t numOutputs,
                                    int64_t numInputs) {
  return blocks[0] * llvm::divideCeil(numOutputs, blocks[0]) +
         blocks[1] * llvm::divideCeil(numInputs, blocks[1]) + blocks[0] * blocks[1];
}

FailureOr<StructureAttrInterface> BlastAttr::resolve(int64_t numOutputs, int64_t numInputs,
                                                     std::string &why) const {
  ArrayRef<int64_t> blocks = getBlocks();
  if (blocks[0] > numOutputs || blocks[1] > numInputs) {
    why = "blocks [" + std::to_string(blocks[0]) + ", " + std::to_string(blocks[1]) +
          "] are more than the weight's rows and columns, " + std::to_string(numOutputs) + " x " +
          std::to_string(numInputs);
    return failure();
  }
  int64_t rank = getRank();
  if (!rank)
    rank =
        std::max<int64_t>(1, int64_t(getKeep().value * double(numOutputs) * double(numInputs) /
                                     double(getParametersPerRank(blocks, numOutputs, numInputs))));
  return StructureAttrInterface(get(getContext(), blocks, rank, Real()));
}

double BlastAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  return double(getRank()) * double(getParametersPerRank(getBlocks(), numOutputs, numInputs)) /
         (double(numOutputs) * double(numInputs));
}

Operation *BlastAttr::buildMatmul(OpBuilder &builder, Location loc, Value input, ValueRange factors,
                                  Value init, const MatmulAttributes &attributes) const {
  return buildFamilyOp<BlastMatmulOp>(builder, loc, input, factors, init, attributes);
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

LogicalResult BlastMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  auto u = cast<ShapedType>(getU().getType()), s = cast<ShapedType>(getS().getType()),
       v = cast<ShapedType>(getV().getType());
  // BL-C1, BL-C2, BL-C3
  if (failed(verifyDim(*this, "the first size of s (output blocks, as of U)", u.getDimSize(0),
                       s.getDimSize(0))) ||
      failed(verifyDim(*this, "the second size of s (input blocks, as the first of V)",
                       v.getDimSize(0), s.getDimSize(1))) ||
      failed(verifyDim(*this, "the third size of s (rank, as of U)", u.getDimSize(2),
                       s.getDimSize(2))) ||
      failed(verifyDim(*this, "the second size of V (rank, as of U)", u.getDimSize(2),
                       v.getDimSize(1))))
    return failure();
  // BL-C4, BL-C5: the blocks cover the weight.
  if (failed(
          verifyCovers(*this, "U", "outputs", u.getDimSize(0), u.getDimSize(1), getNumOutputs())))
    return failure();
  return verifyCovers(*this, "V", "inputs", v.getDimSize(0), v.getDimSize(2), getNumInputs());
}

bool BlastMatmulOp::hasInnerResults() { return true; }

StructureAttrInterface BlastMatmulOp::getWeightStructure() {
  auto s = cast<ShapedType>(getS().getType());
  // Where a size is dynamic (a tile of blocks) or zero, the attribute leaves the rank open.
  auto orOne = [](int64_t size) { return std::max<int64_t>(size, 1); };
  int64_t rank = s.getDimSize(2);
  bool isOpen = ShapedType::isDynamic(rank) || rank == 0;
  return BlastAttr::get(getContext(), {orOne(s.getDimSize(0)), orOne(s.getDimSize(1))},
                        isOpen ? 0 : rank, isOpen ? Real(1.0) : Real());
}

SmallVector<FactorInfo> BlastMatmulOp::getFactorInfos() { return {{"U"}, {"s"}, {"V"}}; }

OutputBlocking BlastMatmulOp::getOutputBlocking(OpBuilder &builder, Location loc) {
  return {linalg::createFoldedDimOp(builder, loc, getU(), 0),
          linalg::createFoldedDimOp(builder, loc, getU(), 1)};
}

SmallVector<Value> BlastMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                               const RowTile &tile) {
  Value u = sliceDim(builder, loc, getU(), 0, tile.firstBlock, tile.numBlocks);
  u = sliceDim(builder, loc, u, 1, tile.firstRow, tile.numRows);
  Value s = sliceDim(builder, loc, getS(), 0, tile.firstBlock, tile.numBlocks);
  return {u, s, getV()};
}

/// The three stages of blast.md, "Forward", as contractions.
Value BlastMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                                  Value acc) {
  Value u = factors[0], s = factors[1], v = factors[2];
  Type accType = getElementTypeOrSelf(acc);
  Type mid = StructuredMatmulOpInterface(*this).getMidType();
  OpFoldResult m = tensor::getMixedSize(builder, loc, x, 0);
  OpFoldResult n = tensor::getMixedSize(builder, loc, acc, 1);
  SmallVector<OpFoldResult> uSizes = tensor::getMixedSizes(builder, loc, u);
  SmallVector<OpFoldResult> vSizes = tensor::getMixedSizes(builder, loc, v);
  OpFoldResult b1 = uSizes[0], p = uSizes[1], b2 = vSizes[0], r = vSizes[1], q = vSizes[2];

  // Y[j, t, k] = sum_q x[t, j, q] V[j, k, q]
  Value y = buildContraction(builder, loc, splitColumns(builder, loc, x, b2, q), v,
                             buildZeros(builder, loc, {b2, m, r}, accType),
                             {{1, 0, 3}, {0, 2, 3}, {0, 1, 2}});
  y = buildCast(builder, loc, y, mid);
  // Z[i, t, k] = sum_j s[i, j, k] Y[j, t, k]
  Value z = buildContraction(builder, loc, s, y, buildZeros(builder, loc, {b1, m, r}, accType),
                             {{0, 3, 2}, {3, 1, 2}, {0, 1, 2}});
  z = buildCast(builder, loc, z, mid);
  // y[t, i, a] += sum_k Z[i, t, k] U[i, a, k]
  Value blocked = buildContraction(builder, loc, z, u, splitColumns(builder, loc, acc, b1, p),
                                   {{1, 0, 3}, {1, 2, 3}, {0, 1, 2}});
  return joinColumns(builder, loc, blocked, n, acc.getType());
}
