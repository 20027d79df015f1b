//===- Pipelines.cpp - to other compilers --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --structlin-export.
//
//===----------------------------------------------------------------------===//

#include "structlin/Export/Pipelines.h"
#include "mlir/Transforms/Passes.h"
#include "structlin/Import/Passes.h"
#include "structlin/Lowering/Passes.h"
#include "structlin/ModulePipeline.h"

using namespace mlir;
using namespace mlir::structlin;

void structlin::buildExportPipeline(OpPassManager &passes, const ExportPipelineOptions &options) {
  passes.addPass(createStructlinDecompose());
  passes.addPass(createStructlinExportParameters({options.to, options.manifest}));
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  if (!options.tags)
    passes.addPass(createStructlinDropAttributes());
}

void structlin::registerExportPipelines() {
  registerModulePipeline<ExportPipelineOptions>(
      "structlin-export",
      "From structured layers to linalg that a compiler without structlin lowers: "
      "structlin-decompose, structlin-export-parameters, canonicalize, cse and, with tags=false, "
      "structlin-drop-attributes",
      buildExportPipeline);
}
