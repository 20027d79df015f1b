//===- LowRankKernel.cpp - the kernel of structlin.low_rank_matmul -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct LowRankModel : KernelOpInterface::ExternalModel<LowRankModel, LowRankMatmulOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<LowRankMatmulOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    Type mid = StructuredMatmulOpInterface(op).getMidType();
    FailureOr<PanelsAttr> u = check.getPanels(mid, getElement(op.getU()));
    FailureOr<PanelsAttr> v = check.getPanels(getElement(op.getInput()), getElement(op.getV()));
    if (failed(u) || failed(v))
      return failure();
    return SmallVector<FactorPacking>{{1, *u}, {1, *v}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<LowRankMatmulOp>(operation);
    StructuredMatmulOpInterface product = op;
    kernels::LowRankKernel kernel{m,
                                  product.getNumInputs(),
                                  product.getNumOutputs(),
                                  getSize(op.getV(), 0),
                                  operands[0],
                                  operands[1],
                                  operands[2],
                                  getMid(op)};
    kernels::buildLowRank(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerLowRankKernel(MLIRContext *context) {
  LowRankMatmulOp::attachInterface<LowRankModel>(*context);
}
