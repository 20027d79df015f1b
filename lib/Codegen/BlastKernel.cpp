//===- BlastKernel.cpp - the kernel of structlin.blast_matmul ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"
#include "structlin/Kernels/PanelLayout.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct BlastModel : KernelOpInterface::ExternalModel<BlastModel, BlastMatmulOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<BlastMatmulOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    StructuredMatmulOpInterface product = op;
    // The kernel finds block i of the outputs at i ceil(n_out / b1).
    int64_t p = kernels::numPieces(product.getNumOutputs(), getSize(op.getU(), 0));
    int64_t q = kernels::numPieces(product.getNumInputs(), getSize(op.getV(), 0));
    if (getSize(op.getU(), 1) != p || getSize(op.getV(), 2) != q)
      return check.fail(llvm::formatv("blocks of {0} x {1}, where the kernel takes {2} x {3}",
                                      getSize(op.getU(), 1), getSize(op.getV(), 2), p, q));
    FailureOr<PanelsAttr> u = check.getPanels(product.getMidType(), getElement(op.getU()));
    FailureOr<PanelsAttr> v = check.getPanels(getElement(op.getInput()), getElement(op.getV()));
    // s is multiplied lane by lane, on vectors whatever the products run on.
    if (failed(u) || failed(v))
      return failure();
    auto s = LanesAttr::get(op.getContext(), schedule.cols);
    return SmallVector<FactorPacking>{{1, *u}, {1, s}, {1, *v}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<BlastMatmulOp>(operation);
    StructuredMatmulOpInterface product = op;
    kernels::BlastKernel kernel{m,
                                product.getNumInputs(),
                                product.getNumOutputs(),
                                getSize(op.getU(), 0),
                                getSize(op.getV(), 0),
                                getSize(op.getV(), 1),
                                operands[0],
                                operands[1],
                                operands[2],
                                operands[3],
                                getMid(op)};
    kernels::buildBlast(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerBlastKernel(MLIRContext *context) {
  BlastMatmulOp::attachInterface<BlastModel>(*context);
}
