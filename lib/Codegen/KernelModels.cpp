//===- KernelModels.cpp - what the families' kernels have in common ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

#include "structlin/Codegen/KernelOpInterface.cpp.inc"

LogicalResult ProductCheck::hasStaticSizes() {
  for (Value factor : op.getFactors())
    if (!cast<ShapedType>(factor.getType()).hasStaticShape())
      return fail(llvm::formatv("a factor of the unknown size {0}", factor.getType()));
  if (ShapedType::isDynamic(op.getNumInputs()) || ShapedType::isDynamic(op.getNumOutputs()))
    return fail("the number of inputs or outputs is not known");
  return success();
}

FailureOr<kernels::ProductForm> ProductCheck::getForm(Type a, Type b) {
  std::optional<ElementType> hostA = getHostElementType(a), hostB = getHostElementType(b);
  std::optional<ElementType> acc = getHostElementType(op.getAccType());
  if (!hostA || !hostB || !acc)
    return fail(llvm::formatv("no kernel takes {0} and {1}", a, b));
  kernels::ProductForm form = target.getProductForm(*hostA, *hostB);
  if (form.accumulator != *acc)
    return fail(llvm::formatv("kernels accumulate products of {0} and {1} in {2}, the operation "
                              "in {3}",
                              a, b, ::structlin::mlirName(form.accumulator), op.getAccType()));
  // Operands of two types are widened, and so run as products of accumulators do.
  ElementType scheduled = *hostA == *hostB ? *hostA : form.accumulator;
  std::string illegal = kernels::checkSchedule(schedule, scheduled, target);
  if (!illegal.empty())
    return fail(llvm::formatv("the schedule does not suit products of {0} and {1} on {2}: {3}", a,
                              b, target.name, illegal));
  return form;
}

FailureOr<PanelsAttr> ProductCheck::getPanels(Type a, Type b) {
  FailureOr<kernels::ProductForm> form = getForm(a, b);
  if (failed(form))
    return failure();
  return getPanelsAttr(op->getContext(), kernels::PanelLayout::get(*form, schedule.cols));
}

FailureOr<BitmapAttr> ProductCheck::getBitmap(Type a, Type b, int64_t group) {
  FailureOr<kernels::ProductForm> form = getForm(a, b);
  if (failed(form))
    return failure();
  auto layout = kernels::PanelLayout::get(*form, schedule.cols);
  if (layout.stepSize() % 8 != 0)
    return fail(
        llvm::formatv("steps of {0} elements have no mask of whole bytes", layout.stepSize()));
  auto panels = getPanelsAttr(op->getContext(), layout);
  return BitmapAttr::get(op->getContext(), panels, op.getNumInputs(), group);
}

SmallVector<RankedTensorType>
mlir::structlin::getPackedFactorTypes(StructuredMatmulOpInterface op,
                                      ArrayRef<FactorPacking> packings) {
  SmallVector<RankedTensorType> types, packed;
  for (Value factor : op.getFactors()) {
    auto shaped = cast<ShapedType>(factor.getType());
    types.push_back(RankedTensorType::get(shaped.getShape(), shaped.getElementType()));
  }
  ArrayRef<RankedTensorType> rest = types;
  for (const FactorPacking &packing : packings) {
    ArrayRef<RankedTensorType> run = rest.take_front(packing.numFactors);
    rest = rest.drop_front(packing.numFactors);
    std::string why;
    if (packing.layout)
      llvm::append_range(packed, *packing.layout.getPackedTypes(run, why));
    else
      llvm::append_range(packed, run);
  }
  return packed;
}

void mlir::structlin::registerKernelModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, StructlinDialect *) {
    registerDenseKernel(context);
    registerLowRankKernel(context);
    registerBlastKernel(context);
    registerBlockSparseKernel(context);
    registerSparseKernel(context);
    registerLowRankSparseKernel(context);
  });
}
