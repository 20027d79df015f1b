//===- BlockSparseKernel.cpp - the kernel of structlin.block_sparse_matmul -===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelModels.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct BlockSparseModel : KernelOpInterface::ExternalModel<BlockSparseModel, BlockSparseMatmulOp> {
  FailureOr<SmallVector<FactorPacking>> getPackings(Operation *operation,
                                                    const kernels::Target &target,
                                                    const kernels::Schedule &schedule,
                                                    std::string &why) const {
    auto op = cast<BlockSparseMatmulOp>(operation);
    ProductCheck check(op, target, schedule, why);
    if (failed(check.hasStaticSizes()))
      return failure();
    FailureOr<PanelsAttr> values =
        check.getPanels(getElement(op.getInput()), getElement(op.getValues()));
    if (failed(values))
      return failure();
    return SmallVector<FactorPacking>{{1, *values}, {1, {}}, {1, {}}};
  }

  void buildKernel(Operation *operation, kernels::Builder &builder,
                   ArrayRef<kernels::Buffer> operands, kernels::Index m,
                   const kernels::Schedule &schedule) const {
    auto op = cast<BlockSparseMatmulOp>(operation);
    StructuredMatmulOpInterface product = op;
    // An outlined kernel leaves the number of blocks open; the code does not depend on it.
    int64_t blocks = getSize(op.getValues(), 0);
    int64_t blockRows = std::max<int64_t>(1, getSize(op.getOffsets(), 0) - 1);
    double blocksPerRow = ShapedType::isDynamic(blocks) ? 0 : double(blocks) / double(blockRows);
    kernels::BlockSparseKernel kernel{m,
                                      product.getNumInputs(),
                                      product.getNumOutputs(),
                                      getSize(op.getValues(), 1),
                                      getSize(op.getValues(), 2),
                                      operands[0],
                                      operands[1],
                                      operands[2],
                                      operands[3],
                                      blocksPerRow};
    kernels::buildBlockSparse(builder, kernel, schedule);
  }
};
} // namespace

void mlir::structlin::registerBlockSparseKernel(MLIRContext *context) {
  BlockSparseMatmulOp::attachInterface<BlockSparseModel>(*context);
}
