//===- PackDecomposition.cpp - packs as plain operations ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The executable meaning of layouts of dense factors: reshapes, transposes, padding.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/IR/LinalgBuilders.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::kernels::PanelLayout;

static Value buildTranspose(OpBuilder &builder, Location loc, Value tensor,
                            ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape =
      llvm::map_to_vector(permutation, [&](int64_t dim) { return type.getDimSize(dim); });
  Value empty = tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
  return linalg::TransposeOp::create(builder, loc, tensor, empty, permutation)->getResult(0);
}

static Value sliceFront(OpBuilder &builder, Location loc, Value tensor, int64_t dim, int64_t size) {
  return sliceDim(builder, loc, tensor, dim, builder.getIndexAttr(0), builder.getIndexAttr(size));
}

FailureOr<SmallVector<Value>> PackOp::decomposeOperation(OpBuilder &builder) {
  return getLayout().buildPack(builder, getLoc(), getFactors());
}

FailureOr<SmallVector<Value>> UnpackOp::decomposeOperation(OpBuilder &builder) {
  SmallVector<RankedTensorType> types = llvm::map_to_vector(
      getFactors().getTypes(), [](Type type) { return cast<RankedTensorType>(type); });
  // The sizes that an outlined kernel leaves open are not to be had from packed tensors.
  if (!llvm::all_of(types, [](RankedTensorType type) { return type.hasStaticShape(); }))
    return failure();
  return getLayout().buildUnpack(builder, getLoc(), getPacked(), types);
}

//===----------------------------------------------------------------------===//
// #structlin.panels
//===----------------------------------------------------------------------===//

namespace {
/// Two dimensions of a matrix, behind `leading` others, as the six that its packed
/// form orders: rows as (panel, column group, column), columns as (step, depth group,
/// element of a group).
struct PanelDims {
  PanelLayout layout;
  int64_t leading, n, k;

  PanelDims(PanelsAttr attribute, ArrayRef<int64_t> shape)
      : layout(getPanelLayout(attribute)), leading(shape.size() - 2), n(shape[leading]),
        k(shape[leading + 1]) {}

  int64_t paddedRows() const { return layout.numPanels(n) * layout.panel; }
  int64_t paddedColumns() const { return layout.numSteps(k) * layout.depth; }

  /// Leading dimensions alone, and then the others in groups.
  SmallVector<ReassociationIndices> group(ArrayRef<int64_t> sizes) const {
    SmallVector<ReassociationIndices> groups;
    int64_t next = 0;
    auto add = [&](int64_t size) {
      ReassociationIndices dims;
      for (int64_t i = 0; i < size; ++i)
        dims.push_back(next++);
      groups.push_back(dims);
    };
    for (int64_t i = 0; i < leading; ++i)
      add(1);
    for (int64_t size : sizes)
      add(size);
    return groups;
  }

  /// The place among the split dimensions of each dimension of the packed order.
  SmallVector<int64_t> toPacked() const {
    auto permutation = llvm::to_vector<6>(llvm::seq<int64_t>(0, leading));
    for (int64_t dim : {0, 3, 1, 4, 2, 5})
      permutation.push_back(leading + dim);
    return permutation;
  }

  SmallVector<int64_t> splitShape(ArrayRef<int64_t> shape) const {
    SmallVector<int64_t> split(shape.take_front(leading));
    split.append({layout.numPanels(n), layout.panel / layout.columns, layout.columns,
                  layout.numSteps(k), layout.depth / layout.group, layout.group});
    return split;
  }
};
} // namespace

SmallVector<Value> PanelsAttr::buildPack(OpBuilder &builder, Location loc,
                                         ValueRange factors) const {
  Value matrix = factors[0];
  auto type = cast<RankedTensorType>(matrix.getType());
  PanelDims dims(*this, type.getShape());
  matrix = buildPadTo(builder, loc, matrix, dims.leading, builder.getIndexAttr(dims.paddedRows()));
  matrix = buildPadTo(builder, loc, matrix, dims.leading + 1,
                      builder.getIndexAttr(dims.paddedColumns()));
  Value split = tensor::ExpandShapeOp::create(
      builder, loc, type.clone(dims.splitShape(type.getShape())), matrix, dims.group({3, 3}));
  Value ordered = buildTranspose(builder, loc, split, dims.toPacked());
  return {tensor::CollapseShapeOp::create(builder, loc, ordered, dims.group({1, 1, 4}))};
}

SmallVector<Value> PanelsAttr::buildUnpack(OpBuilder &builder, Location loc, ValueRange packed,
                                           ArrayRef<RankedTensorType> factors) const {
  RankedTensorType type = factors[0];
  PanelDims dims(*this, type.getShape());
  SmallVector<int64_t> permutation = dims.toPacked();
  SmallVector<int64_t> split = dims.splitShape(type.getShape());
  SmallVector<int64_t> ordered =
      llvm::map_to_vector(permutation, [&](int64_t dim) { return split[dim]; });
  Value matrix = tensor::ExpandShapeOp::create(builder, loc, type.clone(ordered), packed[0],
                                               dims.group({1, 1, 4}));
  matrix = buildTranspose(builder, loc, matrix, invertPermutationVector(permutation));
  matrix = tensor::CollapseShapeOp::create(builder, loc, matrix, dims.group({3, 3}));
  matrix = sliceFront(builder, loc, matrix, dims.leading, dims.n);
  return {sliceFront(builder, loc, matrix, dims.leading + 1, dims.k)};
}

//===----------------------------------------------------------------------===//
// #structlin.lanes
//===----------------------------------------------------------------------===//

/// Panels and lanes of the ranks are one dimension of s.
static const SmallVector<ReassociationIndices, 3> kLanesGroups = {{0}, {1}, {2, 3}};

/// (b1, b2, panels, lanes), which packs and unpacks go through.
static RankedTensorType getSplitLanes(RankedTensorType s, int64_t panel) {
  int64_t panels = llvm::divideCeilSigned(s.getDimSize(2), panel);
  return s.clone({s.getDimSize(0), s.getDimSize(1), panels, panel});
}

SmallVector<Value> LanesAttr::buildPack(OpBuilder &builder, Location loc,
                                        ValueRange factors) const {
  RankedTensorType split = getSplitLanes(cast<RankedTensorType>(factors[0].getType()), getPanel());
  int64_t lanes = split.getDimSize(2) * getPanel();
  Value padded = buildPadTo(builder, loc, factors[0], 2, builder.getIndexAttr(lanes));
  Value panels = tensor::ExpandShapeOp::create(builder, loc, split, padded, kLanesGroups);
  return {buildTranspose(builder, loc, panels, {2, 1, 0, 3})};
}

SmallVector<Value> LanesAttr::buildUnpack(OpBuilder &builder, Location loc, ValueRange packed,
                                          ArrayRef<RankedTensorType> factors) const {
  Value panels = buildTranspose(builder, loc, packed[0], {2, 1, 0, 3});
  Value padded = tensor::CollapseShapeOp::create(builder, loc, panels, kLanesGroups);
  return {sliceFront(builder, loc, padded, 2, factors[0].getDimSize(2))};
}
