//===- ComputeTypes.cpp - accumulation and inner types -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The types in which a structured product computes (docs/Spec.md, "Rounding").
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructuredMatmul.h"

using namespace mlir;
using namespace mlir::structlin;

/// The element types that take part in the arithmetic: input, numeric factors, init.
static SmallVector<Type> getArithmeticTypes(StructuredMatmulOpInterface op) {
  SmallVector<Type> types{getElementTypeOrSelf(op.getMatmulInput())};
  for (auto [factor, info] : llvm::zip_equal(op.getFactors(), op.getFactorInfos()))
    if (!info.isIndex)
      types.push_back(getElementTypeOrSelf(factor));
  types.push_back(getElementTypeOrSelf(op.getMatmulInit()));
  return types;
}

Type structlin::getDefaultAccType(Type widest) {
  MLIRContext *context = widest.getContext();
  bool isWide = widest.getIntOrFloatBitWidth() > 32;
  if (isa<FloatType>(widest))
    return isWide ? Type(Float64Type::get(context)) : Type(Float32Type::get(context));
  return IntegerType::get(context, isWide ? 64 : 32);
}

Type structlin::detail::getAccTypeOrDefault(Operation *op) {
  if (auto acc = op->getAttrOfType<TypeAttr>("acc"))
    return acc.getValue();
  SmallVector<Type> types = getArithmeticTypes(cast<StructuredMatmulOpInterface>(op));
  return getDefaultAccType(*llvm::max_element(
      types, [](Type a, Type b) { return a.getIntOrFloatBitWidth() < b.getIntOrFloatBitWidth(); }));
}

Type structlin::detail::getMidTypeOrDefault(Operation *op) {
  if (auto mid = op->getAttrOfType<TypeAttr>("mid"))
    return mid.getValue();
  return getAccTypeOrDefault(op);
}

static bool isFloatOrSignlessInteger(Type type) {
  return isa<FloatType>(type) || type.isSignlessInteger();
}

/// MM-C3 .. MM-C6: one kind of numbers; acc and mid fit it.
static LogicalResult verifyTypes(StructuredMatmulOpInterface op) {
  SmallVector<Type> types = getArithmeticTypes(op);
  bool isFloat = isa<FloatType>(types.front());
  for (Type type : types)
    if (isa<FloatType>(type) != isFloat)
      return op->emitOpError() << "expected element types to be all floating-point or all "
                                  "integer, got "
                               << types.front() << " and " << type;
  auto isOfKind = [&](Type type) {
    return isFloatOrSignlessInteger(type) && isa<FloatType>(type) == isFloat;
  };

  Type acc = op.getAccType();
  bool isAllowedAcc = isOfKind(acc) && (isFloat ? acc.isF32() || acc.isF64()
                                                : acc.isInteger(32) || acc.isInteger(64));
  if (!isAllowedAcc)
    return op->emitOpError() << "expected acc to be " << (isFloat ? "f32 or f64" : "i32 or i64")
                             << ", got " << acc;
  for (Type type : types)
    if (type.getIntOrFloatBitWidth() > acc.getIntOrFloatBitWidth())
      return op->emitOpError() << "expected acc to be at least as wide as " << type << ", got "
                               << acc;

  Type mid = op.getMidType();
  if (!isOfKind(mid) || mid.getIntOrFloatBitWidth() > acc.getIntOrFloatBitWidth())
    return op->emitOpError() << "expected mid to be of the kind of acc and no wider than " << acc
                             << ", got " << mid;
  return success();
}

LogicalResult structlin::verifyStructuredMatmul(StructuredMatmulOpInterface op) {
  // MM-C1
  bool allTensors = llvm::all_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>);
  bool allMemRefs = llvm::all_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
  if (!allTensors && !allMemRefs)
    return op->emitOpError("expected operands to be all tensors or all memrefs");
  if (op->getNumResults() != (allTensors ? 1u : 0u))
    return op->emitOpError() << "expected " << (allTensors ? 1 : 0) << " results with "
                             << (allTensors ? "tensors" : "memrefs") << ", got "
                             << op->getNumResults();
  // MM-C2
  auto input = cast<ShapedType>(op.getMatmulInput().getType());
  auto init = cast<ShapedType>(op.getMatmulInit().getType());
  if (failed(verifyCompatibleShape({input.getDimSize(0)}, {init.getDimSize(0)})))
    return op->emitOpError() << "expected input and init to have as many rows (tokens), got "
                             << input.getDimSize(0) << " and " << init.getDimSize(0);
  if (failed(verifyTypes(op)))
    return failure();
  // MM-C7
  if (auto fit = op->getAttrOfType<FitAttr>("fit")) {
    int64_t numOutputs = op.getNumOutputs(), numInputs = op.getNumInputs();
    if (failed(verifyCompatibleShape(fit.getDenseShape(), {numOutputs, numInputs})))
      return op->emitOpError() << "expected the fit's dense_shape to be [" << numOutputs << ", "
                               << numInputs << "], got [" << fit.getDenseShape() << "]";
  }
  return success();
}
