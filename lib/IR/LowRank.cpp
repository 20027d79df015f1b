//===- LowRank.cpp - structlin.low_rank_matmul and #structlin.low_rank ---===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// W = U V.
//
//===----------------------------------------------------------------------===//

#include "SharedFactors.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

LogicalResult structlin::verifyRankOrKeep(function_ref<InFlightDiagnostic()> emitError,
                                          int64_t rank, Real keep) {
  if (rank < 0)
    return emitError() << "expected a positive rank, got " << rank;
  if ((rank != 0) == bool(keep))
    return emitError() << "expected either rank or keep";
  if (!(keep.value >= 0 && keep.value <= 1))
    return emitError() << "expected keep to be in (0, 1], got " << keep.value;
  return success();
}

LogicalResult structlin::checkRankFits(int64_t rank, int64_t numOutputs, int64_t numInputs,
                                       std::string &why) {
  if (rank <= std::min(numOutputs, numInputs))
    return success();
  why = "rank " + std::to_string(rank) + " is above the smaller side of the weight, " +
        std::to_string(std::min(numOutputs, numInputs));
  return failure();
}

LogicalResult LowRankAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rank,
                                  Real keep) {
  return verifyRankOrKeep(emitError, rank, keep);
}

StringRef LowRankAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> LowRankAttr::resolve(int64_t numOutputs, int64_t numInputs,
                                                       std::string &why) const {
  int64_t rank = getRank();
  if (!rank)
    rank = std::max<int64_t>(1, int64_t(getKeep().value * double(numOutputs) * double(numInputs) /
                                        double(numOutputs + numInputs)));
  if (failed(checkRankFits(rank, numOutputs, numInputs, why)))
    return failure();
  return StructureAttrInterface(get(getContext(), rank, Real()));
}

double LowRankAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  return double(getRank()) * double(numOutputs + numInputs) /
         (double(numOutputs) * double(numInputs));
}

Operation *LowRankAttr::buildMatmul(OpBuilder &builder, Location loc, Value input,
                                    ValueRange factors, Value init,
                                    const MatmulAttributes &attributes) const {
  return buildFamilyOp<LowRankMatmulOp>(builder, loc, input, factors, init, attributes);
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

LogicalResult structlin::verifyLowRankFactors(StructuredMatmulOpInterface op, Value u, Value v) {
  auto uType = cast<ShapedType>(u.getType()), vType = cast<ShapedType>(v.getType());
  // LR-C1, LR-C2, LR-C3
  if (failed(verifyDim(op, "the rows of U (outputs)", op.getNumOutputs(), uType.getDimSize(0))) ||
      failed(verifyDim(op, "the columns of V (inputs)", op.getNumInputs(), vType.getDimSize(1))))
    return failure();
  return verifyDim(op, "the rows of V (rank, as the columns of U)", uType.getDimSize(1),
                   vType.getDimSize(0));
}

Value structlin::buildLowRankProduct(OpBuilder &builder, Location loc, Value x, Value u, Value v,
                                     Value acc, Type mid) {
  Type accType = getElementTypeOrSelf(acc);
  Value zeros = buildZeros(
      builder, loc,
      {tensor::getMixedSize(builder, loc, x, 0), tensor::getMixedSize(builder, loc, v, 0)},
      accType);
  Value inner = buildMatmulTransposed(builder, loc, x, v, zeros);
  inner = buildCast(builder, loc, inner, mid);
  return buildMatmulTransposed(builder, loc, inner, u, acc);
}

LogicalResult LowRankMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  return verifyLowRankFactors(*this, getU(), getV());
}

bool LowRankMatmulOp::hasInnerResults() { return true; }

StructureAttrInterface LowRankMatmulOp::getWeightStructure() {
  int64_t rank = cast<ShapedType>(getU().getType()).getDimSize(1);
  // A dynamic or zero rank has no attribute of its own: all of W is kept open.
  if (ShapedType::isDynamic(rank) || rank == 0)
    return LowRankAttr::get(getContext(), 0, Real(1.0));
  return LowRankAttr::get(getContext(), rank, Real());
}

SmallVector<FactorInfo> LowRankMatmulOp::getFactorInfos() { return {{"U"}, {"V"}}; }

SmallVector<Value> LowRankMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                                 const RowTile &tile) {
  return {sliceDim(builder, loc, getU(), 0, tile.firstRow, tile.numRows), getV()};
}

Value LowRankMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                                    Value acc) {
  return buildLowRankProduct(builder, loc, x, factors[0], factors[1], acc,
                             StructuredMatmulOpInterface(*this).getMidType());
}
