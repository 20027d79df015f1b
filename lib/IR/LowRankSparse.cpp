//===- LowRankSparse.cpp - structlin.low_rank_sparse_matmul and its attribute ===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// W = U V + S.
//
//===----------------------------------------------------------------------===//

#include "SharedFactors.h"

using namespace mlir;
using namespace mlir::structlin;

/// kappa, the share of the stored parameters that the low-rank part gets (OATS,
/// the setting for Phi-3).
static constexpr double kDefaultRankShare = 0.25;

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

LogicalResult LowRankSparseAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rank,
                                        SparseAttr sparse, Real keep, Real rankShare) {
  if (rank < 0)
    return emitError() << "expected a positive rank, got " << rank;
  if (!(keep.value >= 0 && keep.value <= 1))
    return emitError() << "expected keep to be in (0, 1], got " << keep.value;
  if (!(rankShare.value >= 0 && rankShare.value < 1))
    return emitError() << "expected rank_share to be in (0, 1), got " << rankShare.value;
  if (rank && rankShare)
    return emitError() << "expected either rank or rank_share";
  if (rank && !sparse)
    return emitError() << "expected a sparse part beside the rank";
  if (rank && keep)
    return emitError() << "expected either rank or keep";
  if (!rank && !keep && !(sparse && sparse.isNM()))
    return emitError() << "expected rank and sparse, or keep, or an n : m sparse part";
  if (keep && sparse)
    return emitError() << "expected either keep or sparse";
  return success();
}

StringRef LowRankSparseAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> LowRankSparseAttr::resolve(int64_t numOutputs, int64_t numInputs,
                                                             std::string &why) const {
  int64_t rank = getRank();
  SparseAttr sparse = getSparse();
  if (!rank) {
    // r = floor(kappa keep n_out n_in / (n_out + n_in)) (OATS, section 3).
    double kappa = getRankShare() ? getRankShare().value : kDefaultRankShare;
    double keep = getKeep().value;
    if (sparse)
      keep = double(sparse.getN()) / double(sparse.getM()) / (1.0 - kappa);
    else
      sparse = SparseAttr::get(getContext(), 0, 0, Real((1.0 - kappa) * keep));
    rank = int64_t(kappa * keep * double(numOutputs) * double(numInputs) /
                   double(numOutputs + numInputs));
    if (rank == 0) {
      why = "the low-rank part's share leaves no rank for a weight of " +
            std::to_string(numOutputs) + " x " + std::to_string(numInputs);
      return failure();
    }
  }
  FailureOr<StructureAttrInterface> resolved = sparse.resolve(numOutputs, numInputs, why);
  if (failed(resolved) || failed(checkRankFits(rank, numOutputs, numInputs, why)))
    return failure();
  return StructureAttrInterface(
      get(getContext(), rank, cast<SparseAttr>(Attribute(*resolved)), Real(), Real()));
}

double LowRankSparseAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  return double(getRank()) * double(numOutputs + numInputs) /
             (double(numOutputs) * double(numInputs)) +
         getSparse().getKeep(numOutputs, numInputs);
}

Operation *LowRankSparseAttr::buildMatmul(OpBuilder &builder, Location loc, Value input,
                                          ValueRange factors, Value init,
                                          const MatmulAttributes &attributes) const {
  SmallVector<NamedAttribute> extra;
  if (getSparse().isNM())
    extra.push_back(builder.getNamedAttr("group", builder.getI64IntegerAttr(getSparse().getM())));
  return buildFamilyOp<LowRankSparseMatmulOp>(builder, loc, input, factors, init, attributes,
                                              extra);
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

static std::optional<int64_t> getGroupSize(LowRankSparseMatmulOp op) {
  if (std::optional<uint64_t> group = op.getGroup())
    return int64_t(*group);
  return std::nullopt;
}

LogicalResult LowRankSparseMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)) || failed(verifyLowRankFactors(*this, getU(), getV())))
    return failure();
  return verifySparseFactors(*this, getValues(), getIndices(), getOffsets(), getGroupSize(*this));
}

bool LowRankSparseMatmulOp::hasInnerResults() { return true; }

StructureAttrInterface LowRankSparseMatmulOp::getWeightStructure() {
  int64_t rank = cast<ShapedType>(getU().getType()).getDimSize(1);
  SparseAttr sparse = getSparseStructure(*this, getValues(), getGroupSize(*this));
  // A dynamic or zero rank has no attribute of its own: all of W is kept open.
  if (ShapedType::isDynamic(rank) || rank == 0)
    return LowRankSparseAttr::get(getContext(), 0, SparseAttr(), Real(1.0), Real());
  return LowRankSparseAttr::get(getContext(), rank, sparse, Real(), Real());
}

SmallVector<FactorInfo> LowRankSparseMatmulOp::getFactorInfos() {
  bool isUnstructured = bool(getOffsets());
  SmallVector<FactorInfo> infos{{"U"},
                                {"V"},
                                {"values", /*isIndex=*/false, /*sizedByPattern=*/isUnstructured},
                                {"indices", /*isIndex=*/true, /*sizedByPattern=*/isUnstructured}};
  if (isUnstructured)
    infos.push_back({"offsets", /*isIndex=*/true});
  return infos;
}

SmallVector<IndexCheck> LowRankSparseMatmulOp::getIndexChecks() {
  return getSparseIndexChecks(/*firstOperand=*/3, bool(getOffsets()), getGroupSize(*this));
}

SmallVector<Value> LowRankSparseMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                                       const RowTile &tile) {
  ValueRange factors = cast<StructuredMatmulOpInterface>(**this).getFactors();
  SmallVector<Value> sliced{sliceDim(builder, loc, getU(), 0, tile.firstRow, tile.numRows), getV()};
  llvm::append_range(
      sliced, sliceSparseFactors(builder, loc, factors.drop_front(2), bool(getOffsets()), tile));
  return sliced;
}

Value LowRankSparseMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x,
                                          ValueRange factors, Value acc) {
  Value sum = buildSparseProduct(builder, loc, x, factors.drop_front(2), bool(getOffsets()),
                                 getGroupSize(*this), acc);
  return buildLowRankProduct(builder, loc, x, factors[0], factors[1], sum,
                             StructuredMatmulOpInterface(*this).getMidType());
}
