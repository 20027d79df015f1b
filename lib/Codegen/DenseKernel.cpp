//===- DenseKernel.cpp - the kernel of structlin.linear ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct DenseModel : KernelOpInterface::ExternalModel<DenseModel, LinearOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<LinearOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    FailureOr<PanelsAttr> w =
        check.getPanels(getElement(op.getInput()), getElement(op.getWeight()));
    if (failed(w))
      return failure();
    return SmallVector<FactorPacking>{{1, *w}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<LinearOp>(operation);
    StructuredMatmulOpInterface product = op;
    kernels::DenseKernel kernel{m, product.getNumInputs(), product.getNumOutputs(), operands[0],
                                operands[1]};
    kernels::buildDense(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerDenseKernel(MLIRContext *context) {
  LinearOp::attachInterface<DenseModel>(*context);
}
