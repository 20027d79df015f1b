//===- LowRankSparseKernel.cpp - the kernel of structlin.low_rank_sparse_matmul -===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct LowRankSparseModel
    : KernelOpInterface::ExternalModel<LowRankSparseModel, LowRankSparseMatmulOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<LowRankSparseMatmulOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    Type x = getElement(op.getInput()), mid = StructuredMatmulOpInterface(op).getMidType();
    FailureOr<BitmapAttr> bitmap =
        check.getBitmap(x, getElement(op.getValues()), op.getGroup().value_or(0));
    if (failed(bitmap))
      return failure();
    FailureOr<kernels::ProductForm> sparse = check.getForm(x, getElement(op.getValues()));
    FailureOr<kernels::ProductForm> ranks = check.getForm(mid, getElement(op.getU()));
    if (failed(sparse) || failed(ranks))
      return failure();
    // Both add to one accumulator.
    if (sparse->usesTiles() != ranks->usesTiles())
      return check.fail("the two parts would run on two kinds of registers");
    FailureOr<PanelsAttr> u = check.getPanels(mid, getElement(op.getU()));
    FailureOr<PanelsAttr> v = check.getPanels(x, getElement(op.getV()));
    if (failed(u) || failed(v))
      return failure();
    return SmallVector<FactorPacking>{{1, *u}, {1, *v}, {op.getOffsets() ? 3u : 2u, *bitmap}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<LowRankSparseMatmulOp>(operation);
    StructuredMatmulOpInterface product = op;
    kernels::SparseKernel sparse{m,
                                 product.getNumInputs(),
                                 product.getNumOutputs(),
                                 operands[0],
                                 operands[3],
                                 operands[4],
                                 operands[5]};
    kernels::LowRankSparseKernel kernel{sparse, getSize(op.getV(), 0), operands[1], operands[2],
                                        getMid(op)};
    kernels::buildLowRankSparse(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerLowRankSparseKernel(MLIRContext *context) {
  LowRankSparseMatmulOp::attachInterface<LowRankSparseModel>(*context);
}
