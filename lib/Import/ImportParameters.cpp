//===- ImportParameters.cpp - every kind of weight to one form -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass --structlin-import-parameters.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ImportParameters.h"

#include "structlin/IR/StructlinDialect.h"
#include "structlin/Import/Passes.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINIMPORTPARAMETERS
#include "structlin/Import/Passes.h.inc"
} // namespace mlir::structlin

LogicalResult structlin::importParameters(ModuleOp module, const ImportParametersOptions &options) {
  // Names that the user chose come first, so that made-up ones give way.
  ParameterNames names;
  if (failed(names.init(module)) || failed(importArguments(module, options, names)) ||
      failed(importGlobals(module, names)))
    return failure();
  return importConstants(module, options.minElements, names);
}

namespace {
struct StructlinImportParameters
    : public structlin::impl::StructlinImportParametersBase<StructlinImportParameters> {
  using Base::Base;

  void runOnOperation() override {
    ImportParametersOptions options;
    options.argumentsAsWeights = argumentsAsWeights;
    options.weights.assign(weights.begin(), weights.end());
    options.minElements = minElements;
    if (failed(importParameters(getOperation(), options)))
      signalPassFailure();
  }
};
} // namespace
