//===- LayoutView.cpp - a tensor seen through layout operations ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recognises layout operations and composes them.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/LayoutView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::structlin;

/// Whether `op` copies its one input, element by element, into permuted and
/// repeated positions; `allowWidening` takes extf and extsi along.
static bool isCopy(linalg::LinalgOp op, bool allowWidening) {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0 || !isa<RankedTensorType>(op->getOperand(0).getType()))
    return false;
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  if (Operation *cast = yielded.getDefiningOp())
    if (allowWidening && isa<arith::ExtFOp, arith::ExtSIOp>(cast))
      yielded = cast->getOperand(0);
  if (yielded != op.getBlock()->getArgument(0))
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return maps[0].isProjectedPermutation(/*allowZeroInResults=*/true) && maps[1].isPermutation();
}

/// Whether the slice takes all of its source (and perhaps drops unit dimensions).
static bool isFullSlice(tensor::ExtractSliceOp op) {
  return op.hasUnitStride() && op.getSourceType().hasStaticShape() &&
         llvm::all_of(op.getMixedOffsets(),
                      [](OpFoldResult offset) { return isConstantIntValue(offset, 0); }) &&
         op.getStaticSizes() == op.getSourceType().getShape();
}

OpOperand *structlin::getLayoutOperand(Operation *op) {
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return &op->getOpOperand(0);
  if (isa<tensor::CastOp, arith::ExtFOp, arith::ExtSIOp>(op))
    return isa<RankedTensorType>(op->getOperand(0).getType()) &&
                   isa<RankedTensorType>(op->getResult(0).getType())
               ? &op->getOpOperand(0)
               : nullptr;
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return isFullSlice(slice) ? &op->getOpOperand(0) : nullptr;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return isCopy(linalgOp, /*allowWidening=*/true) ? &op->getOpOperand(0) : nullptr;
  return nullptr;
}

Value structlin::getLayoutSource(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    OpOperand *operand = getLayoutOperand(op);
    if (!operand)
      break;
    value = operand->get();
  }
  return value;
}

std::optional<LayoutView> structlin::getLayoutView(Value value) {
  SmallVector<Operation *> chain;
  Value source = value;
  while (Operation *op = source.getDefiningOp()) {
    OpOperand *operand = getLayoutOperand(op);
    if (!operand)
      break;
    chain.push_back(op);
    source = operand->get();
  }
  if (!isa<RankedTensorType>(source.getType()))
    return std::nullopt;
  LayoutView view(source);
  for (Operation *op : llvm::reverse(chain))
    if (failed(view.apply(op)))
      return std::nullopt;
  return view;
}

std::optional<SmallVector<int64_t>> structlin::getTransposePermutation(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !isCopy(linalgOp, /*allowWidening=*/false))
    return std::nullopt;
  SmallVector<AffineMap> maps = linalgOp.getIndexingMapsArray();
  if (!maps[0].isPermutation())
    return std::nullopt;
  SmallVector<int64_t> permutation;
  for (AffineExpr expr : maps[1].getResults())
    permutation.push_back(*maps[0].getResultPosition(expr));
  return permutation;
}

LayoutView::LayoutView(Value source) : source(source) {
  for (int64_t size : cast<RankedTensorType>(source.getType()).getShape()) {
    dims.emplace_back();
    if (size == 1)
      continue;
    sourceOrder.push_back(atoms.size());
    dims.back().push_back(atoms.size());
    atoms.push_back({size, /*isBroadcast=*/false});
  }
}

/// Splits an atom into one of `outerSize` and one of the rest, which is returned.
unsigned LayoutView::splitAtom(unsigned atom, int64_t outerSize) {
  unsigned inner = atoms.size();
  atoms.push_back({atoms[atom].size / outerSize, atoms[atom].isBroadcast});
  atoms[atom].size = outerSize;
  auto insertAfter = [&](SmallVector<unsigned> &list) {
    auto it = llvm::find(list, atom);
    if (it != list.end())
      list.insert(std::next(it), inner);
  };
  insertAfter(sourceOrder);
  for (SmallVector<unsigned> &dim : dims)
    insertAfter(dim);
  return inner;
}

SmallVector<unsigned> LayoutView::makeBroadcast(int64_t size) {
  if (size == 1)
    return {};
  atoms.push_back({size, /*isBroadcast=*/true});
  return {unsigned(atoms.size() - 1)};
}

/// Deals the atoms of one dimension out to dimensions of `sizes`.
FailureOr<SmallVector<SmallVector<unsigned>>> LayoutView::splitDim(ArrayRef<unsigned> dim,
                                                                   ArrayRef<int64_t> sizes) {
  SmallVector<unsigned> rest(llvm::reverse(dim));
  SmallVector<SmallVector<unsigned>> result;
  for (int64_t size : sizes) {
    SmallVector<unsigned> &group = result.emplace_back();
    if (ShapedType::isDynamic(size)) {
      if (rest.empty() || !ShapedType::isDynamic(atoms[rest.back()].size))
        return failure();
      group.push_back(rest.pop_back_val());
      continue;
    }
    while (size != 1) {
      if (rest.empty() || ShapedType::isDynamic(atoms[rest.back()].size) || size == 0)
        return failure();
      unsigned atom = rest.pop_back_val();
      int64_t atomSize = atoms[atom].size;
      if (atomSize != 0 && size % atomSize == 0) {
        size /= atomSize;
      } else if (atomSize % size == 0) {
        rest.push_back(splitAtom(atom, size));
        size = 1;
      } else {
        return failure();
      }
      group.push_back(atom);
    }
  }
  if (!rest.empty())
    return failure();
  return result;
}

LogicalResult LayoutView::apply(Operation *op) {
  auto resultType = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<SmallVector<unsigned>> next;
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    for (ArrayRef<int64_t> group : collapse.getReassociationIndices()) {
      next.emplace_back();
      for (int64_t dim : group)
        llvm::append_range(next.back(), dims[dim]);
    }
  } else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    for (auto [dim, group] : llvm::enumerate(expand.getReassociationIndices())) {
      SmallVector<int64_t> sizes = llvm::to_vector(
          llvm::map_range(group, [&](int64_t i) { return resultType.getDimSize(i); }));
      FailureOr<SmallVector<SmallVector<unsigned>>> split =
          splitDim(SmallVector<unsigned>(dims[dim]), sizes);
      if (failed(split))
        return failure();
      llvm::append_range(next, *split);
    }
  } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    for (unsigned dim = 0; dim < dims.size(); ++dim)
      if (!dropped.test(dim))
        next.push_back(dims[dim]);
  } else if (auto copy = dyn_cast<linalg::LinalgOp>(op)) {
    SmallVector<AffineMap> maps = copy.getIndexingMapsArray();
    for (auto [dim, expr] : llvm::enumerate(maps[1].getResults())) {
      std::optional<unsigned> from = maps[0].getResultPosition(expr);
      next.push_back(from ? dims[*from] : makeBroadcast(resultType.getDimSize(dim)));
    }
  } else {
    return success(); // casts keep every dimension
  }
  dims = std::move(next);
  return success();
}
