//===- MatrixForm.cpp - tensors as matrices of tokens and features -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the transposes and reshapes around a linear layer.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/MatrixForm.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "structlin/Import/ContractionForm.h"
#include "structlin/Import/LayoutView.h"

using namespace mlir;
using namespace mlir::structlin;

bool MatrixForm::isTransposed() const { return !isIdentityPermutation(permutation); }

MatrixForm structlin::getMatrixForm(ArrayRef<int64_t> dimLoops, ArrayRef<int64_t> rowLoops,
                                    ArrayRef<int64_t> columnLoops) {
  MatrixForm form;
  SmallVector<int64_t> wanted;
  for (int64_t loop : llvm::concat<const int64_t>(rowLoops, columnLoops))
    wanted.push_back(std::distance(dimLoops.begin(), llvm::find(dimLoops, loop)));
  if (llvm::is_sorted(wanted)) {
    form.permutation = llvm::to_vector(llvm::seq<int64_t>(0, dimLoops.size()));
  } else {
    for (auto [dim, loop] : llvm::enumerate(dimLoops))
      if (loop == ContractionForm::kUnit)
        form.permutation.push_back(dim);
    llvm::append_range(form.permutation, wanted);
  }

  auto loopAt = [&](unsigned position) { return dimLoops[form.permutation[position]]; };
  unsigned rank = dimLoops.size();
  if (!rowLoops.empty()) {
    for (unsigned position = 0; position < rank; ++position)
      if (llvm::is_contained(rowLoops, loopAt(position)))
        form.split = position + 1;
    return form;
  }
  // One row: leading unit dimensions make it, but one is left for the column.
  while (form.split < rank && loopAt(form.split) == ContractionForm::kUnit)
    ++form.split;
  if (form.split == rank && rank > 1)
    --form.split;
  return form;
}

Value structlin::buildTranspose(OpBuilder &builder, Location loc, Value value,
                                ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> composed(permutation);
  while (Operation *op = value.getDefiningOp()) {
    std::optional<SmallVector<int64_t>> inner = getTransposePermutation(op);
    if (!inner)
      break;
    for (int64_t &dim : composed)
      dim = (*inner)[dim];
    value = op->getOperand(0);
  }
  if (isIdentityPermutation(composed))
    return value;
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, value);
  Value empty = tensor::EmptyOp::create(builder, loc, applyPermutation(sizes, composed),
                                        cast<RankedTensorType>(value.getType()).getElementType());
  return linalg::TransposeOp::create(builder, loc, value, empty, composed)->getResult(0);
}

static SmallVector<ReassociationIndices> groupAt(unsigned rank, unsigned split) {
  SmallVector<ReassociationIndices> groups(2);
  for (unsigned dim = 0; dim < rank; ++dim)
    groups[dim < split ? 0 : 1].push_back(dim);
  return groups;
}

std::array<OpFoldResult, 2> structlin::getMatrixShape(OpBuilder &builder, Location loc,
                                                      const MatrixForm &form,
                                                      ArrayRef<OpFoldResult> shape) {
  std::array<OpFoldResult, 2> result;
  for (unsigned group : {0, 1}) {
    AffineExpr product = builder.getAffineConstantExpr(1);
    SmallVector<OpFoldResult> sizes;
    for (auto [position, dim] : llvm::enumerate(form.permutation)) {
      if ((position < form.split) != (group == 0))
        continue;
      product = product * builder.getAffineSymbolExpr(sizes.size());
      sizes.push_back(shape[dim]);
    }
    result[group] = affine::makeComposedFoldedAffineApply(builder, loc, product, sizes);
  }
  return result;
}

Value structlin::buildMatrix(OpBuilder &builder, Location loc, Value tensor,
                             const MatrixForm &form) {
  if (form.isTransposed())
    tensor = buildTranspose(builder, loc, tensor, form.permutation);
  unsigned rank = form.permutation.size();
  if (form.split > 0 && form.split < rank)
    return rank == 2
               ? tensor
               : tensor::CollapseShapeOp::create(builder, loc, tensor, groupAt(rank, form.split));
  // One group is empty: down to a vector, then up to one row or one column.
  if (rank > 1)
    tensor = tensor::CollapseShapeOp::create(
        builder, loc, tensor,
        SmallVector<ReassociationIndices>{llvm::to_vector<2>(llvm::seq<int64_t>(0, rank))});
  auto type = cast<RankedTensorType>(tensor.getType());
  int64_t size = rank == 0 ? 1 : type.getDimSize(0);
  bool isRow = form.split == 0;
  auto matrixType = RankedTensorType::get(
      isRow ? ArrayRef<int64_t>{1, size} : ArrayRef<int64_t>{size, 1}, type.getElementType());
  SmallVector<ReassociationIndices> groups;
  if (rank > 0)
    groups.push_back({0, 1});
  return tensor::ExpandShapeOp::create(builder, loc, matrixType, tensor, groups);
}

Value structlin::buildFromMatrix(OpBuilder &builder, Location loc, Value matrix,
                                 const MatrixForm &form, ArrayRef<OpFoldResult> shape) {
  SmallVector<OpFoldResult> permuted;
  for (int64_t dim : form.permutation)
    permuted.push_back(shape[dim]);
  unsigned rank = permuted.size();
  auto expandTo = [&](Value value, ArrayRef<ReassociationIndices> groups) -> Value {
    SmallVector<int64_t> sizes;
    for (OpFoldResult size : permuted)
      sizes.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    auto type =
        RankedTensorType::get(sizes, cast<RankedTensorType>(matrix.getType()).getElementType());
    return tensor::ExpandShapeOp::create(builder, loc, type, value, groups, permuted);
  };
  Value result = matrix;
  if (form.split > 0 && form.split < rank) {
    if (rank > 2)
      result = expandTo(matrix, groupAt(rank, form.split));
  } else {
    SmallVector<ReassociationIndices> all;
    if (rank > 0)
      all.push_back({0, 1});
    result = tensor::CollapseShapeOp::create(builder, loc, matrix, all);
    if (rank > 1)
      result = expandTo(result, {llvm::to_vector<2>(llvm::seq<int64_t>(0, rank))});
  }
  if (!form.isTransposed())
    return result;
  return buildTranspose(builder, loc, result, invertPermutationVector(form.permutation));
}

Value structlin::buildStaticReshape(OpBuilder &builder, Location loc, Value value,
                                    ArrayRef<int64_t> shape) {
  auto from = cast<RankedTensorType>(value.getType());
  auto to = RankedTensorType::get(shape, from.getElementType());
  if (from == to)
    return value;
  auto groups = getReassociationIndicesForReshape(from, to);
  if (groups && from.getRank() > to.getRank())
    return tensor::CollapseShapeOp::create(builder, loc, to, value, *groups);
  if (groups && from.getRank() < to.getRank())
    return tensor::ExpandShapeOp::create(builder, loc, to, value, *groups);
  auto flat = RankedTensorType::get({from.getNumElements()}, from.getElementType());
  return buildStaticReshape(builder, loc, buildStaticReshape(builder, loc, value, flat.getShape()),
                            shape);
}
