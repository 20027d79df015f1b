//===- Pack.cpp - factors in the order of kernels, and back --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

static SmallVector<RankedTensorType> getTensorTypes(TypeRange types) {
  return llvm::map_to_vector(types, [](Type type) { return cast<RankedTensorType>(type); });
}

/// PK-C1, PK-C2 of factors and packed tensors of these types.
static LogicalResult verifyPacking(Operation *op, LayoutAttrInterface layout, TypeRange factors,
                                   TypeRange packed) {
  std::string why;
  auto expected = layout.getPackedTypes(getTensorTypes(factors), why);
  if (failed(expected))
    return op->emitOpError() << "expected factors that " << layout << " holds: " << why;
  if (expected->size() != packed.size())
    return op->emitOpError() << "expected " << expected->size() << " packed tensors, got "
                             << packed.size();
  for (auto [index, types] : llvm::enumerate(llvm::zip_equal(*expected, packed)))
    if (std::get<0>(types) != std::get<1>(types))
      return op->emitOpError() << "expected packed tensor #" << index << " to be "
                               << std::get<0>(types) << ", got " << std::get<1>(types);
  return success();
}

void PackOp::build(OpBuilder &builder, OperationState &state, ValueRange factors,
                   LayoutAttrInterface layout) {
  std::string why;
  auto packed = layout.getPackedTypes(getTensorTypes(factors.getTypes()), why);
  assert(succeeded(packed) && "expected factors that the layout holds");
  build(builder, state, llvm::to_vector_of<Type>(*packed), factors, layout);
}

LogicalResult PackOp::verify() {
  return verifyPacking(*this, getLayout(), getFactors().getTypes(), getPacked().getTypes());
}

LogicalResult UnpackOp::verify() {
  return verifyPacking(*this, getLayout(), getFactors().getTypes(), getPacked().getTypes());
}

LogicalResult UnpackOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  // The inverse, pack(unpack(p)), is not p: what fills gaps becomes zero.
  auto pack = getPacked().empty() ? PackOp() : getPacked().front().getDefiningOp<PackOp>();
  if (!pack || pack.getLayout() != getLayout() || ValueRange(pack.getPacked()) != getPacked() ||
      pack.getFactors().getTypes() != getFactors().getTypes())
    return failure();
  llvm::append_range(results, pack.getFactors());
  return success();
}
