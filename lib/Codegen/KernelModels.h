//===- KernelModels.h - what the families' kernels have in common --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks that a product can run on a target, layouts of its factors, and one
// registration function per family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_KERNELMODELS_H
#define STRUCTLIN_LIB_CODEGEN_KERNELMODELS_H

#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Kernels/Kernels.h"

namespace mlir::structlin {

namespace kernels = ::structlin::kernels;

/// What the products of one operation have to agree with.
class ProductCheck {
public:
  ProductCheck(StructuredMatmulOpInterface op, const kernels::Target &target,
               const kernels::Schedule &schedule, std::string &why)
      : op(op), target(target), schedule(schedule), why(why) {}

  /// Whether every size but the number of tokens is known.
  LogicalResult hasStaticSizes();
  /// How products of an `a` and a `b` run here, unless they accumulate in another type
  /// than the operation says, or the schedule does not suit them.
  FailureOr<kernels::ProductForm> getForm(Type a, Type b);
  /// The layout of the B of such products.
  FailureOr<PanelsAttr> getPanels(Type a, Type b);
  /// The layout of a sparse B of such products, whose group is 0 if it is unstructured.
  FailureOr<BitmapAttr> getBitmap(Type a, Type b, int64_t group);

  LogicalResult fail(const Twine &reason) {
    why = reason.str();
    return failure();
  }

private:
  StructuredMatmulOpInterface op;
  const kernels::Target &target;
  const kernels::Schedule &schedule;
  std::string &why;
};

inline Type getElement(Value value) { return getElementTypeOrSelf(value.getType()); }
inline int64_t getSize(Value value, unsigned dim) {
  return cast<ShapedType>(value.getType()).getDimSize(dim);
}
/// The type that inner results are rounded to.
inline ElementType getMid(StructuredMatmulOpInterface op) {
  return *getHostElementType(op.getMidType());
}

void registerDenseKernel(MLIRContext *context);
void registerLowRankKernel(MLIRContext *context);
void registerBlastKernel(MLIRContext *context);
void registerBlockSparseKernel(MLIRContext *context);
void registerSparseKernel(MLIRContext *context);
void registerLowRankSparseKernel(MLIRContext *context);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_KERNELMODELS_H
