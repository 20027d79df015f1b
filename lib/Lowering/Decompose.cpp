//===- Decompose.cpp - structured operations to plain linalg --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces operations by what their AggregatedOpInterface builds.
//
//===----------------------------------------------------------------------===//

#include "structlin/Lowering/Decompose.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINDECOMPOSE
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

bool structlin::isDecomposable(Operation *op) {
  // Upstream's aggregated operations are not ours to replace; a structured product
  // is, whatever dialect its family lives in.
  bool isOurs =
      isa<StructuredMatmulOpInterface>(op) || isa_and_nonnull<StructlinDialect>(op->getDialect());
  return isOurs && isa<linalg::AggregatedOpInterface>(op);
}

LogicalResult structlin::decomposeOperations(RewriterBase &rewriter, Operation *root,
                                             function_ref<bool(Operation *)> filter) {
  // A group's content appears when the group is opened: repeat until nothing is left.
  while (true) {
    SmallVector<linalg::AggregatedOpInterface> worklist;
    root->walk<WalkOrder::PreOrder>([&](Operation *op) {
      // The content of outlined kernels is what their code is written from.
      if (isa<KernelFuncOp>(op))
        return WalkResult::skip();
      if (!isDecomposable(op) || !filter(op))
        return WalkResult::advance();
      worklist.push_back(cast<linalg::AggregatedOpInterface>(op));
      return WalkResult::skip();
    });
    if (worklist.empty())
      return success();
    for (linalg::AggregatedOpInterface op : worklist) {
      rewriter.setInsertionPoint(op);
      FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
      if (failed(results))
        return op->emitOpError("cannot be decomposed to linalg");
      rewriter.replaceOp(op, *results);
    }
  }
}

static bool isScheduled(Operation *op) {
  auto kernel = dyn_cast_or_null<KernelOp>(op);
  return kernel && kernel.getScheduleAttr();
}

namespace {
struct DecomposePass : structlin::impl::StructlinDecomposeBase<DecomposePass> {
  using StructlinDecomposeBase::StructlinDecomposeBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    auto filter = [this](Operation *op) {
      if (keepScheduled &&
          (isa<VariantsOp>(op) || isScheduled(op) || isScheduled(op->getParentOp())))
        return false;
      return !groupsOnly || !isa<StructuredMatmulOpInterface>(op);
    };
    if (failed(decomposeOperations(rewriter, getOperation(), filter)))
      signalPassFailure();
  }
};
} // namespace
