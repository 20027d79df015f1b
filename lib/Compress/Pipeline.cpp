//===- Pipeline.cpp - the pipeline of compression -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --structlin-compress.
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "structlin/Compress/Passes.h"
#include "structlin/Import/Passes.h"
#include "structlin/ModulePipeline.h"

using namespace mlir;
using namespace mlir::structlin;

void mlir::structlin::buildCompressPipeline(OpPassManager &passes,
                                            const CompressPipelineOptions &options) {
  ImportPipelineOptions importOptions;
  importOptions.argumentsAsWeights = options.argumentsAsWeights;
  importOptions.weights = options.weights;
  importOptions.minElements = options.minElements;
  buildImportPipeline(passes, importOptions);

  passes.addPass(createTieParameters({options.parameters}));
  passes.addPass(
      createAssignStructures({options.recipe, options.structure, options.minParameters}));
  FitStructuresOptions fitOptions;
  fitOptions.parameters = options.parameters;
  fitOptions.denseParameters = options.denseParameters;
  fitOptions.outputParameters = options.outputParameters;
  fitOptions.seed = options.seed;
  fitOptions.sweeps = options.sweeps;
  fitOptions.restarts = options.restarts;
  fitOptions.oatsIterations = options.oatsIterations;
  fitOptions.flopLimit = options.flopLimit;
  fitOptions.maxError = options.maxError;
  passes.addPass(createFitStructures(fitOptions));

  // Tied layers share one set of factors; dense parameters nobody reads go.
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  if (!options.report.empty())
    passes.addPass(createReportLayers({options.report}));
}

void mlir::structlin::registerCompressPassesAndPipelines() {
  registerStructlinCompressPasses();
  registerModulePipeline<CompressPipelineOptions>(
      "structlin-compress",
      "From a front end's output (linalg or TOSA on tensors) to structured layers: "
      "structlin-import, structlin-tie-parameters, structlin-assign, structlin-fit, canonicalize, "
      "cse and, with report=, "
      "structlin-report",
      buildCompressPipeline);
}
