//===- Linear.cpp - structlin.linear and #structlin.dense ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The dense layer.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/FamilySupport.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

LogicalResult DenseAttr::verify(function_ref<InFlightDiagnostic()>, StringAttr) {
  return success();
}

StringRef DenseAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> DenseAttr::resolve(int64_t, int64_t, std::string &) const {
  return StructureAttrInterface(*this);
}

double DenseAttr::getKeep(int64_t, int64_t) const { return 1.0; }

Operation *DenseAttr::buildMatmul(OpBuilder &builder, Location loc, Value input, ValueRange factors,
                                  Value init, const MatmulAttributes &attributes) const {
  return buildFamilyOp<LinearOp>(builder, loc, input, factors, init, attributes);
}

LogicalResult LinearOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  auto weight = cast<ShapedType>(getWeight().getType());
  // LIN-C1
  if (failed(verifyCompatibleDims({weight.getDimSize(0), getNumOutputs()})))
    return emitOpError() << "expected the weight to have " << getNumOutputs()
                         << " rows (outputs), got " << weight.getDimSize(0);
  // LIN-C2
  if (failed(verifyCompatibleDims({weight.getDimSize(1), getNumInputs()})))
    return emitOpError() << "expected the weight to have " << getNumInputs()
                         << " columns (inputs), got " << weight.getDimSize(1);
  return success();
}

StructureAttrInterface LinearOp::getWeightStructure() {
  return DenseAttr::get(getContext(), StringAttr());
}

SmallVector<FactorInfo> LinearOp::getFactorInfos() { return {{"weight"}}; }

SmallVector<Value> LinearOp::sliceFactors(OpBuilder &builder, Location loc, const RowTile &tile) {
  return {sliceDim(builder, loc, getWeight(), 0, tile.firstRow, tile.numRows)};
}

Value LinearOp::buildProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                             Value acc) {
  return buildMatmulTransposed(builder, loc, x, factors[0], acc);
}
