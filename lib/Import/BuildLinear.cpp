//===- BuildLinear.cpp - structlin.linear from a plan --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrites a contraction whose loops are sorted.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/LinearPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/LayerName.h"
#include "structlin/Import/MatrixForm.h"

using namespace mlir;
using namespace mlir::structlin;

/// The canonical weight, n_out x n_in: the parameter itself, or one transpose of
/// it between reshapes. Atoms that stay neighbours are moved as one.
static Value buildWeight(OpBuilder &builder, Location loc, const LinearPlan &plan) {
  const LayoutView &view = plan.weight;
  auto getSize = [&](ArrayRef<unsigned> atoms) {
    int64_t size = 1;
    for (unsigned atom : atoms)
      size *= view.getAtom(atom).size;
    return size;
  };
  SmallVector<int64_t> shape{getSize(plan.rowAtoms), getSize(plan.columnAtoms)};
  ArrayRef<unsigned> order = view.getSourceOrder();
  auto wanted = llvm::to_vector(llvm::concat<const unsigned>(plan.rowAtoms, plan.columnAtoms));
  if (order == ArrayRef<unsigned>(wanted))
    return buildStaticReshape(builder, loc, view.getSource(), shape);

  auto isNeighbour = [&](unsigned position) {
    if (position == 0 || position == plan.rowAtoms.size())
      return false;
    const unsigned *at = llvm::find(order, wanted[position - 1]);
    return std::next(at) != order.end() && *std::next(at) == wanted[position];
  };
  SmallVector<SmallVector<unsigned>> runs;
  for (auto [position, atom] : llvm::enumerate(wanted)) {
    if (!isNeighbour(position))
      runs.emplace_back();
    runs.back().push_back(atom);
  }
  // Runs in the parameter's order, and where each wanted run is among them.
  auto startOf = [&](ArrayRef<unsigned> run) { return llvm::find(order, run.front()); };
  SmallVector<int64_t> bySource = llvm::to_vector(llvm::seq<int64_t>(0, runs.size()));
  llvm::sort(bySource, [&](int64_t a, int64_t b) { return startOf(runs[a]) < startOf(runs[b]); });
  SmallVector<int64_t> sizes, permutation(runs.size());
  for (auto [position, run] : llvm::enumerate(bySource)) {
    sizes.push_back(getSize(runs[run]));
    permutation[run] = position;
  }
  Value value = buildStaticReshape(builder, loc, view.getSource(), sizes);
  value = buildTranspose(builder, loc, value, permutation);
  return buildStaticReshape(builder, loc, value, shape);
}

/// Whether every element of `value` is zero by the operation that makes it.
static bool isZero(Value value) {
  value = getLayoutSource(value);
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    value = fill.getInputs()[0];
  return matchPattern(value, m_Zero()) || matchPattern(value, m_PosZeroFloat());
}

/// The sizes of `value`, read from the tensor.empty that it is computed into where
/// there is one, so that dynamic sizes do not hang on an operation about to go.
static SmallVector<OpFoldResult> getSizes(OpBuilder &builder, Location loc, Value value) {
  while (auto op = value.getDefiningOp<linalg::LinalgOp>())
    value = op.getDpsInits()[cast<OpResult>(value).getResultNumber()];
  if (auto empty = value.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes();
  return tensor::getMixedSizes(builder, loc, value);
}

/// Transposes of a transposed result become one, or none.
static void composeTransposedUsers(RewriterBase &rewriter, Value result) {
  for (Operation *user : llvm::make_early_inc_range(result.getUsers())) {
    std::optional<SmallVector<int64_t>> permutation = getTransposePermutation(user);
    if (!permutation || user->getOperand(0) != result)
      continue;
    rewriter.setInsertionPoint(user);
    rewriter.replaceOp(user, buildTranspose(rewriter, user->getLoc(), result, *permutation));
  }
}

LinearOp structlin::buildLinear(RewriterBase &rewriter, const LinearPlan &plan) {
  OpBuilder::InsertionGuard guard(rewriter);
  Operation *op = plan.form.op;
  Location loc = op->getLoc();
  rewriter.setInsertionPoint(op);

  MatrixForm inputForm =
      getMatrixForm(plan.form.loops[1 - plan.weightSide], plan.tokens, plan.inputs);
  MatrixForm resultForm = getMatrixForm(plan.form.loops[2], plan.tokens, plan.outputs);
  Value input = buildMatrix(rewriter, loc, plan.getInput(), inputForm);
  Value weight = buildWeight(rewriter, loc, plan);

  Value init = plan.form.getInit();
  SmallVector<OpFoldResult> sizes = getSizes(rewriter, loc, init);
  bool isMatrix = sizes.size() == 2 && resultForm.split == 1 && !resultForm.isTransposed();
  bool isZeroInit = isZero(init);
  if (isZeroInit && !(isMatrix && init.getDefiningOp<linalg::FillOp>())) {
    auto elementType = getElementTypeOrSelf(init);
    Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(elementType));
    Value empty = tensor::EmptyOp::create(
        rewriter, loc, getMatrixShape(rewriter, loc, resultForm, sizes), elementType);
    init = linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
  } else {
    init = buildMatrix(rewriter, loc, init, resultForm);
  }

  auto parameter = cast<ParameterOp>(plan.weight.getSource().getDefiningOp());
  auto layer = LinearOp::create(rewriter, loc, init.getType(), input, weight, init,
                                /*acc=*/TypeAttr(),
                                rewriter.getStringAttr(getLayerName(parameter.getName())),
                                /*structure=*/StructureAttrInterface());
  Value result = buildFromMatrix(rewriter, loc, layer.getResult(), resultForm, sizes);
  if (result.getType() != op->getResult(0).getType())
    result = tensor::CastOp::create(rewriter, loc, op->getResult(0).getType(), result);
  rewriter.replaceOp(op, result);
  if (resultForm.isTransposed())
    composeTransposedUsers(rewriter, result);
  return layer;
}
