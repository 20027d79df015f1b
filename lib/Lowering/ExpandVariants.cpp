//===- ExpandVariants.cpp - variants to branches --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Lowering/Decompose.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEXPANDVARIANTS
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

namespace {
struct ExpandVariantsPass : structlin::impl::StructlinExpandVariantsBase<ExpandVariantsPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    if (failed(decomposeOperations(rewriter, getOperation(), llvm::IsaPred<VariantsOp>)))
      signalPassFailure();
  }
};
} // namespace
