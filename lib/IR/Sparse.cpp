//===- Sparse.cpp - structlin.sparse_matmul and #structlin.sparse --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Single entries of W are zero, anywhere or n of every m.
//
//===----------------------------------------------------------------------===//

#include "SharedFactors.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::structlin;

//===----------------------------------------------------------------------===//
// Attribute
//===----------------------------------------------------------------------===//

Attribute SparseAttr::parse(AsmParser &parser, Type) {
  int64_t n = 0, m = 0;
  Real keep;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess())
    return {};
  if (succeeded(parser.parseOptionalKeyword("keep"))) {
    if (parser.parseEqual() || parser.parseFloat(keep.value))
      return {};
  } else if (parser.parseInteger(n) || parser.parseColon() || parser.parseInteger(m)) {
    return {};
  }
  if (parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(loc); }, parser.getContext(), n, m, keep);
}

void SparseAttr::print(AsmPrinter &printer) const {
  if (isNM())
    printer << "<" << getN() << " : " << getM() << ">";
  else
    printer << "<keep = " << getKeep() << ">";
}

LogicalResult SparseAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t n, int64_t m,
                                 Real keep) {
  if (m != 0 || n != 0) {
    if (n <= 0 || m <= 0 || n > m)
      return emitError() << "expected n : m with 0 < n <= m, got " << n << " : " << m;
    if (m > 128)
      return emitError() << "expected groups of at most 128, got " << m;
    return success();
  }
  if (!(keep.value >= 0 && keep.value <= 1))
    return emitError() << "expected keep to be in [0, 1], got " << keep.value;
  return success();
}

StringRef SparseAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> SparseAttr::resolve(int64_t, int64_t, std::string &why) const {
  if (!isNM() && !getKeep()) {
    why = "sparse needs the fraction of entries to keep, in (0, 1]";
    return failure();
  }
  return StructureAttrInterface(*this);
}

double SparseAttr::getKeep(int64_t numOutputs, int64_t numInputs) const {
  double total = double(numOutputs) * double(numInputs);
  if (!isNM())
    return std::round(getKeep().value * total) / total;
  return double(numOutputs) * std::ceil(double(numInputs) / double(getM())) * double(getN()) /
         total;
}

/// n:m factors carry no offsets, and the operation says how wide a group is.
static SmallVector<NamedAttribute> getGroupAttribute(OpBuilder &builder, SparseAttr sparse) {
  if (!sparse.isNM())
    return {};
  return {builder.getNamedAttr("group", builder.getI64IntegerAttr(sparse.getM()))};
}

Operation *SparseAttr::buildMatmul(OpBuilder &builder, Location loc, Value input,
                                   ValueRange factors, Value init,
                                   const MatmulAttributes &attributes) const {
  return buildFamilyOp<SparseMatmulOp>(builder, loc, input, factors, init, attributes,
                                       getGroupAttribute(builder, *this));
}

//===----------------------------------------------------------------------===//
// The sparse part, shared with low_rank_sparse
//===----------------------------------------------------------------------===//

LogicalResult structlin::verifySparseFactors(StructuredMatmulOpInterface op, Value values,
                                             Value indices, Value offsets,
                                             std::optional<int64_t> group) {
  auto valuesType = cast<ShapedType>(values.getType());
  auto indicesType = cast<ShapedType>(indices.getType());
  bool isNM = !offsets;
  // SP-C1
  if (isNM != group.has_value())
    return op->emitOpError() << "expected either offsets (unstructured) or group (n:m)";
  // SP-C2
  int64_t rank = isNM ? 3 : 1;
  for (auto [name, type] : {std::pair{"values", valuesType}, std::pair{"indices", indicesType}})
    if (type.getRank() != rank)
      return op->emitOpError() << "expected " << name << " of rank " << rank << " "
                               << (isNM ? "without" : "with") << " offsets, got " << type;
  // SP-C3
  for (int64_t dim = 0; dim < rank; ++dim)
    if (failed(verifyDim(op, "size " + Twine(dim) + " of the indices (as of the values)",
                         valuesType.getDimSize(dim), indicesType.getDimSize(dim))))
      return failure();
  // SP-C4
  if (!isNM) {
    int64_t numOutputs = op.getNumOutputs();
    int64_t expected = ShapedType::isDynamic(numOutputs) ? numOutputs : numOutputs + 1;
    return verifyDim(op, "the number of offsets (outputs and one)", expected,
                     cast<ShapedType>(offsets.getType()).getDimSize(0));
  }
  if (failed(verifyDim(op, "the rows of the values (outputs)", op.getNumOutputs(),
                       valuesType.getDimSize(0))))
    return failure();
  // SP-C5
  int64_t perGroup = valuesType.getDimSize(2);
  if (*group <= 0 || *group > 128 || (ShapedType::isStatic(perGroup) && perGroup > *group))
    return op->emitOpError() << "expected a group between the " << formatDim(perGroup)
                             << " entries stored of it and 128, got " << *group;
  // SP-C6
  int64_t numInputs = op.getNumInputs();
  if (ShapedType::isDynamic(numInputs))
    return success();
  return verifyDim(op, "the number of groups (inputs over group, rounded up)",
                   int64_t(llvm::divideCeil(numInputs, *group)), valuesType.getDimSize(1));
}

SmallVector<IndexCheck> structlin::getSparseIndexChecks(unsigned firstOperand, bool hasOffsets,
                                                        std::optional<int64_t> group) {
  using Kind = IndexCheck::Kind;
  unsigned values = firstOperand, indices = firstOperand + 1, offsets = firstOperand + 2;
  if (!hasOffsets)
    return {{Kind::InRange, indices, "SP-R2", {}, *group}, {Kind::Increasing, indices, "SP-R3"}};
  return {{Kind::Offsets, offsets, "SP-R1", IndexBound{values, 0, std::nullopt, 1}},
          {Kind::InRange, indices, "SP-R2", IndexBound{0, 1}},
          {Kind::Increasing, indices, "SP-R3", {}, 0, offsets}};
}

SparseAttr structlin::getSparseStructure(StructuredMatmulOpInterface op, Value values,
                                         std::optional<int64_t> group) {
  auto type = cast<ShapedType>(values.getType());
  MLIRContext *context = op->getContext();
  int64_t numOutputs = op.getNumOutputs(), numInputs = op.getNumInputs();
  if (group) {
    int64_t perGroup = type.getDimSize(2);
    bool isKnown = ShapedType::isStatic(perGroup) && perGroup > 0;
    return SparseAttr::get(context, isKnown ? perGroup : *group, *group, Real());
  }
  if (!type.hasStaticShape() || ShapedType::isDynamic(numOutputs) ||
      ShapedType::isDynamic(numInputs) || numOutputs * numInputs == 0)
    return SparseAttr::get(context, 0, 0, Real());
  double keep = double(type.getNumElements()) / (double(numOutputs) * double(numInputs));
  return SparseAttr::get(context, 0, 0, Real(std::min(keep, 1.0)));
}

SmallVector<Value> structlin::sliceSparseFactors(OpBuilder &builder, Location loc,
                                                 ValueRange factors, bool hasOffsets,
                                                 const RowTile &tile) {
  if (!hasOffsets)
    return {sliceDim(builder, loc, factors[0], 0, tile.firstRow, tile.numRows),
            sliceDim(builder, loc, factors[1], 0, tile.firstRow, tile.numRows)};
  // Offsets are absolute: the tile takes its own, values and indices stay whole.
  OpFoldResult numOffsets = affine::makeComposedFoldedAffineApply(
      builder, loc, builder.getAffineSymbolExpr(0) + 1, {tile.numRows});
  return {factors[0], factors[1], sliceDim(builder, loc, factors[2], 0, tile.firstRow, numOffsets)};
}

//===----------------------------------------------------------------------===//
// Operation
//===----------------------------------------------------------------------===//

static std::optional<int64_t> getGroupSize(std::optional<uint64_t> group) {
  if (!group)
    return std::nullopt;
  return int64_t(*group);
}

LogicalResult SparseMatmulOp::verify() {
  if (failed(verifyStructuredMatmul(*this)))
    return failure();
  return verifySparseFactors(*this, getValues(), getIndices(), getOffsets(),
                             getGroupSize(getGroup()));
}

StructureAttrInterface SparseMatmulOp::getWeightStructure() {
  return getSparseStructure(*this, getValues(), getGroupSize(getGroup()));
}

SmallVector<FactorInfo> SparseMatmulOp::getFactorInfos() {
  bool isUnstructured = bool(getOffsets());
  SmallVector<FactorInfo> infos{{"values", /*isIndex=*/false, /*sizedByPattern=*/isUnstructured},
                                {"indices", /*isIndex=*/true, /*sizedByPattern=*/isUnstructured}};
  if (isUnstructured)
    infos.push_back({"offsets", /*isIndex=*/true});
  return infos;
}

SmallVector<IndexCheck> SparseMatmulOp::getIndexChecks() {
  return getSparseIndexChecks(/*firstOperand=*/1, bool(getOffsets()), getGroupSize(getGroup()));
}

SmallVector<Value> SparseMatmulOp::sliceFactors(OpBuilder &builder, Location loc,
                                                const RowTile &tile) {
  return sliceSparseFactors(builder, loc, cast<StructuredMatmulOpInterface>(**this).getFactors(),
                            bool(getOffsets()), tile);
}

Value SparseMatmulOp::buildProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                                   Value acc) {
  return buildSparseProduct(builder, loc, x, factors, bool(getOffsets()), getGroupSize(getGroup()),
                            acc);
}
