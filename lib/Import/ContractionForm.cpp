//===- ContractionForm.cpp - sums of products by their loops -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matching is by body and indexing maps, never by the operation's name.
// linalg::isaContractionOpInterface asks for projected permutations, which the
// unit dimensions of convolutions and of TOSA's broadcasts are not; here loops of
// extent one are substituted away first.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ContractionForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::structlin;

/// Whether the operation subtracts zero points from its operands.
static bool hasZeroPoints(linalg::LinalgOp op) {
  return isa<linalg::QuantizedMatmulOp, linalg::QuantizedBatchMatmulOp, linalg::Conv2DNhwcFhwcQOp,
             linalg::Conv2DNhwcHwcfQOp, linalg::Conv2DNchwFchwQOp>(op);
}

bool structlin::isNumber(Type type) {
  if (type.isSignlessInteger())
    return llvm::is_contained({8, 16, 32, 64}, type.getIntOrFloatBitWidth());
  return isa<Float64Type, Float32Type, Float16Type, BFloat16Type>(type);
}

/// The input that `factor` is, through casts that keep its value; -1 with a reason
/// otherwise.
static int64_t getInputOfFactor(Value factor, Block *body, std::string &why) {
  while (Operation *cast = factor.getDefiningOp()) {
    if (isa<arith::ExtUIOp, arith::UIToFPOp>(cast))
      return why = "its integers are unsigned", -1;
    if (isa<arith::TruncFOp, arith::TruncIOp>(cast))
      return why = "an operand is narrowed before the product", -1;
    if (isa<arith::SIToFPOp>(cast))
      return why = "an integer operand is converted to floating point before the product", -1;
    if (matchPattern(factor, m_Constant()))
      return why = "a factor is a constant inside the body", -1;
    if (!isa<arith::ExtFOp, arith::ExtSIOp>(cast))
      return why = "a factor is computed inside the body", -1;
    factor = cast->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(factor);
  if (!argument || argument.getOwner() != body)
    return why = "a factor is defined outside the body", -1;
  return argument.getArgNumber();
}

/// Matches `yield(out + lhs * rhs)`, every order of operands allowed.
static LogicalResult matchBody(linalg::LinalgOp op, std::string &why) {
  Block *body = op.getBlock();
  Value out = body->getArguments().back();
  Operation *sum = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(sum) ||
      !llvm::is_contained(sum->getOperands(), out))
    return failure();
  Value term = sum->getOperand(sum->getOperand(0) == out ? 1 : 0);
  Operation *product = term.getDefiningOp();
  if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product))
    return failure();
  // x * x sums squares: no layer.
  if (product->getOperand(0) == product->getOperand(1))
    return failure();
  if (hasZeroPoints(op))
    return why = "structlin.linear carries no zero points", failure();
  int64_t first = getInputOfFactor(product->getOperand(0), body, why);
  if (first < 0)
    return failure();
  int64_t second = getInputOfFactor(product->getOperand(1), body, why);
  if (second < 0)
    return failure();
  if (op.getNumDpsInputs() != 2 || first + second != 1)
    return why = "its factors are not its two inputs", failure();
  return success();
}

/// The loop of each dimension of an operand with `map` and `shape`, given the
/// extents of the loops.
static FailureOr<SmallVector<int64_t>> getLoops(AffineMap map, ArrayRef<int64_t> shape,
                                                ArrayRef<int64_t> extents, std::string &why) {
  SmallVector<AffineExpr> exprs;
  for (auto [loop, extent] : llvm::enumerate(extents))
    exprs.push_back(extent == 1 ? getAffineConstantExpr(0, map.getContext())
                                : getAffineDimExpr(loop, map.getContext()));
  AffineMap reduced = map.replaceDimsAndSymbols(exprs, {}, extents.size(), 0);

  SmallVector<int64_t> loops;
  for (auto [expr, original, size] :
       llvm::zip_equal(reduced.getResults(), map.getResults(), shape)) {
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    auto dim = dyn_cast<AffineDimExpr>(expr);
    // A dimension indexed by one loop has its extent. Under a window it may be larger.
    bool isExact = isa<AffineDimExpr>(original);
    bool isUnit = size == 1 || (isExact && ShapedType::isDynamic(size));
    if (constant && constant.getValue() == 0 && isUnit) {
      loops.push_back(ContractionForm::kUnit);
      continue;
    }
    if (constant)
      return why = "only a part of an operand is read", failure();
    if (!dim)
      return why = "an operand is indexed by more than single loops, as under a window or a stride",
             failure();
    if (!isExact &&
        (ShapedType::isDynamic(size) || ShapedType::isDynamic(extents[dim.getPosition()])))
      return why = "a window moves over a dimension of dynamic size", failure();
    int64_t loop = dim.getPosition();
    if (llvm::is_contained(loops, loop))
      return why = "only the diagonal of an operand is read", failure();
    if (size != extents[loop] && !ShapedType::isDynamic(size) &&
        !ShapedType::isDynamic(extents[loop]))
      return why = "only a part of an operand is read", failure();
    loops.push_back(loop);
  }
  return loops;
}

FailureOr<ContractionForm> structlin::matchContraction(linalg::LinalgOp op, std::string &why) {
  why.clear();
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() < 1 || op.getNumReductionLoops() == 0)
    return failure();
  if (failed(matchBody(op, why)))
    return failure();
  if (!op.hasPureTensorSemantics())
    return why = "it works on memrefs", failure();

  ContractionForm form{op, {}};
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  for (auto [index, map] : llvm::enumerate(op.getIndexingMapsArray())) {
    auto type = cast<RankedTensorType>(op->getOperand(index).getType());
    if (!isNumber(type.getElementType())) {
      llvm::raw_string_ostream(why) << "its element type " << type.getElementType()
                                    << " is not one that structlin.linear computes in";
      return failure();
    }
    FailureOr<SmallVector<int64_t>> loops = getLoops(map, type.getShape(), extents, why);
    if (failed(loops))
      return failure();
    form.loops[index] = std::move(*loops);
  }
  return form;
}
