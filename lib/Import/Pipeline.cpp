//===- Pipeline.cpp - the pipeline of import -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --structlin-import.
//
//===----------------------------------------------------------------------===//

#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "structlin/Import/Passes.h"
#include "structlin/ModulePipeline.h"

using namespace mlir;
using namespace mlir::structlin;

void structlin::buildImportPipeline(OpPassManager &passes, const ImportPipelineOptions &options) {
  OpPassManager &perFunction = passes.nest<func::FuncOp>();
  perFunction.addPass(tosa::createTosaToLinalgNamed());
  perFunction.addPass(tosa::createTosaToLinalg());
  perFunction.addPass(createTosaToTensorPass());
  perFunction.addPass(createTosaToArithPass());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());

  StructlinImportParametersOptions importOptions;
  importOptions.argumentsAsWeights = options.argumentsAsWeights;
  importOptions.weights.assign(options.weights.begin(), options.weights.end());
  importOptions.minElements = options.minElements;
  passes.addPass(createStructlinImportParameters(importOptions));
  passes.addPass(createStructlinRaise());
  // Reshapes put around the layers meet those that the front end put there.
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

void structlin::registerImportPassesAndPipelines() {
  registerStructlinImportPasses();
  registerModulePipeline<ImportPipelineOptions>(
      "structlin-import",
      "From a front end's output (linalg or TOSA on tensors) to structlin.linear: "
      "tosa-to-linalg-named, tosa-to-linalg, tosa-to-tensor, tosa-to-arith, canonicalize, cse, "
      "structlin-import-parameters, structlin-raise, canonicalize, cse",
      buildImportPipeline);
}
