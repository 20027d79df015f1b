//===- Pack.cpp - factors in the order of kernels -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packs outside of groups, and then their values.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/EvaluatePacks.h"
#include "structlin/Codegen/PackKernels.h"
#include "structlin/Codegen/Passes.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINPACK
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

namespace {
struct StructlinPack : mlir::structlin::impl::StructlinPackBase<StructlinPack> {
  using StructlinPackBase::StructlinPackBase;

  LogicalResult writeArchive() {
    Location loc = getOperation().getLoc();
    std::unique_ptr<::structlin::ParameterSource> source;
    if (!parameters.empty()) {
      auto opened = ::structlin::openParameterSource(parameters);
      if (!opened)
        return emitError(loc) << "cannot open the parameters: "
                              << llvm::toString(opened.takeError());
      source = std::move(*opened);
    }
    return writeParameters(getOperation(), source.get(), outputParameters);
  }

  void runOnOperation() override {
    if (!parameters.empty() && outputParameters.empty()) {
      emitError(getOperation().getLoc()) << "expected output-parameters with parameters";
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    packKernels(rewriter, getOperation());
    if (failed(evaluatePacks(rewriter, getOperation())) ||
        (!outputParameters.empty() && failed(writeArchive())))
      signalPassFailure();
  }
};
} // namespace
