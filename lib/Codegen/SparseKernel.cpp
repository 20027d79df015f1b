//===- SparseKernel.cpp - the kernel of structlin.sparse_matmul ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct SparseModel : KernelOpInterface::ExternalModel<SparseModel, SparseMatmulOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<SparseMatmulOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    FailureOr<BitmapAttr> bitmap = check.getBitmap(
        getElement(op.getInput()), getElement(op.getValues()), op.getGroup().value_or(0));
    if (failed(bitmap))
      return failure();
    return SmallVector<FactorPacking>{{op.getOffsets() ? 3u : 2u, *bitmap}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<SparseMatmulOp>(operation);
    StructuredMatmulOpInterface product = op;
    kernels::SparseKernel kernel{m,
                                 product.getNumInputs(),
                                 product.getNumOutputs(),
                                 operands[0],
                                 operands[1],
                                 operands[2],
                                 operands[3]};
    kernels::buildSparse(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerSparseKernel(MLIRContext *context) {
  SparseMatmulOp::attachInterface<SparseModel>(*context);
}
