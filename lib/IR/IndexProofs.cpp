//===- IndexProofs.cpp - what is known of sizes and offsets ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Value bounds answer questions of order; they know nothing of divisibility,
// which is decided here from the affine maps and loops that make up a value.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/IndexProofs.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::structlin;

/// Whether `block` is still being built, as the bodies of loops are while tiling
/// fills them.
static bool isOpen(Block *block) { return !block->mightHaveTerminator(); }

static bool isInOpenBlock(Value value) {
  for (Block *block = value.getParentBlock(); block;) {
    if (isOpen(block))
      return true;
    Operation *parent = block->getParentOp();
    block = parent ? parent->getBlock() : nullptr;
  }
  return false;
}

/// Whether value bounds may be asked about `value`. They look at what a loop
/// yields to learn about the shapes that it carries, and an open body yields
/// nothing yet. Only values inside open blocks can depend on such a shape.
static bool canQueryBounds(OpFoldResult value) {
  SmallVector<Value> worklist;
  if (auto ssa = dyn_cast<Value>(value))
    worklist.push_back(ssa);
  DenseSet<Value> visited;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!isInOpenBlock(current) || !visited.insert(current).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(current)) {
      if (isOpen(argument.getOwner()) && isa<ShapedType>(argument.getType()))
        return false;
      continue;
    }
    llvm::append_range(worklist, current.getDefiningOp()->getOperands());
  }
  return true;
}

/// The shaped value and dimension that `value` is the size of. A tensor that an
/// open loop carries is the destination that is being tiled: it has the shape
/// that it had before the loop.
static std::optional<std::pair<Value, int64_t>> getMeasuredDim(OpFoldResult value) {
  auto ssa = dyn_cast<Value>(value);
  auto dim = ssa ? ssa.getDefiningOp<ShapedDimOpInterface>() : nullptr;
  std::optional<int64_t> index = dim ? getConstantIntValue(dim.getDimension()) : std::nullopt;
  if (!index)
    return std::nullopt;
  Value shaped = dim.getShapedValue();
  while (auto argument = dyn_cast<BlockArgument>(shaped)) {
    auto loop = dyn_cast_or_null<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(argument) : nullptr;
    if (!init || !isOpen(argument.getOwner()))
      break;
    shaped = init->get();
  }
  return std::make_pair(shaped, *index);
}

bool structlin::isProvablyEqual(OpFoldResult a, OpFoldResult b) {
  if (isEqualConstantIntOrValue(a, b))
    return true;
  if (getConstantIntValue(a) && getConstantIntValue(b))
    return false;
  if (auto dim = getMeasuredDim(a); dim && dim == getMeasuredDim(b))
    return true;
  if (!canQueryBounds(a) || !canQueryBounds(b))
    return false;
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(a, b);
  return succeeded(equal) && *equal;
}

bool structlin::isProvablyAtMost(OpFoldResult a, OpFoldResult b) {
  std::optional<int64_t> constantA = getConstantIntValue(a), constantB = getConstantIntValue(b);
  if (constantA && constantB)
    return *constantA <= *constantB;
  return canQueryBounds(a) && canQueryBounds(b) &&
         ValueBoundsConstraintSet::compare(a, ValueBoundsConstraintSet::LE, b);
}

/// Whether `expr` over `operands` (dimensions, then symbols) is a multiple of
/// `divisor`.
static bool isMultiple(AffineExpr expr, unsigned numDims, ValueRange operands, int64_t divisor) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return constant.getValue() % divisor == 0;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return isProvablyMultipleOf(operands[dim.getPosition()], divisor);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return isProvablyMultipleOf(operands[numDims + symbol.getPosition()], divisor);
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto recurse = [&](AffineExpr part) { return isMultiple(part, numDims, operands, divisor); };
  switch (binary.getKind()) {
  case AffineExprKind::Add:
    return recurse(binary.getLHS()) && recurse(binary.getRHS());
  case AffineExprKind::Mul:
    return recurse(binary.getLHS()) || recurse(binary.getRHS()) || expr.isMultipleOf(divisor);
  default:
    return false;
  }
}

/// Whether the loop variable `argument` only takes multiples of `divisor`.
static bool isMultiple(BlockArgument argument, int64_t divisor) {
  auto loop = dyn_cast_or_null<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
  if (!loop)
    return false;
  std::optional<SmallVector<Value>> variables = loop.getLoopInductionVars();
  std::optional<SmallVector<OpFoldResult>> bounds = loop.getLoopLowerBounds();
  std::optional<SmallVector<OpFoldResult>> steps = loop.getLoopSteps();
  if (!variables || !bounds || !steps)
    return false;
  for (auto [variable, bound, step] : llvm::zip_equal(*variables, *bounds, *steps))
    if (variable == argument)
      return isProvablyMultipleOf(bound, divisor) && isProvablyMultipleOf(step, divisor);
  return false;
}

bool structlin::isProvablyMultipleOf(OpFoldResult value, int64_t divisor) {
  if (divisor == 1)
    return true;
  if (divisor < 1)
    return false;
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % divisor == 0;
  auto ssa = cast<Value>(value);
  if (auto argument = dyn_cast<BlockArgument>(ssa))
    return isMultiple(argument, divisor);
  if (auto apply = ssa.getDefiningOp<affine::AffineApplyOp>())
    return isMultiple(apply.getAffineMap().getResult(0), apply.getAffineMap().getNumDims(),
                      apply.getMapOperands(), divisor);
  if (auto min = ssa.getDefiningOp<affine::AffineMinOp>())
    return llvm::all_of(min.getAffineMap().getResults(), [&](AffineExpr expr) {
      return isMultiple(expr, min.getAffineMap().getNumDims(), min.getOperands(), divisor);
    });
  return false;
}

/// Whether `offset + expr == end`, with `expr` over `operands` (dimensions, then
/// symbols, as in `map`).
static bool endsAt(OpFoldResult offset, AffineExpr expr, AffineMap map, ValueRange operands,
                   OpFoldResult end) {
  using Variable = ValueBoundsConstraintSet::Variable;
  if (!canQueryBounds(offset) || !canQueryBounds(end) ||
      !llvm::all_of(operands, [](Value operand) { return canQueryBounds(operand); }))
    return false;
  SmallVector<Variable> variables;
  for (Value operand : operands)
    variables.emplace_back(operand);
  // The offset becomes the last dimension, so the symbols stay in place behind it.
  variables.insert(variables.begin() + map.getNumDims(), Variable(offset));
  AffineExpr sum = getAffineDimExpr(map.getNumDims(), map.getContext()) + expr;
  Variable last(AffineMap::get(map.getNumDims() + 1, map.getNumSymbols(), sum), variables);
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(last, Variable(end));
  return succeeded(equal) && *equal;
}

bool structlin::isProvablyWholeOrEndsAt(OpFoldResult offset, OpFoldResult size, int64_t divisor,
                                        OpFoldResult end) {
  if (isProvablyMultipleOf(size, divisor))
    return true;
  MLIRContext *ctx = offset.getContext();
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return endsAt(offset, getAffineConstantExpr(*constant, ctx), AffineMap::get(ctx), {}, end);
  auto value = cast<Value>(size);
  auto min = value.getDefiningOp<affine::AffineMinOp>();
  if (!min)
    return endsAt(offset, getAffineDimExpr(0, ctx), AffineMap::getMultiDimIdentityMap(1, ctx),
                  value, end);
  AffineMap map = min.getAffineMap();
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    return isMultiple(expr, map.getNumDims(), min.getOperands(), divisor) ||
           endsAt(offset, expr, map, min.getOperands(), end);
  });
}
