//===- Pipelines.cpp - the way through kernels ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of the passes, and why.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/Pipelines.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "structlin/Lowering/Passes.h"
#include "structlin/ModulePipeline.h"

using namespace mlir;
using namespace mlir::structlin;

void structlin::buildGroupPipeline(OpPassManager &pm) {
  // Some front ends leave arith and math operations on whole tensors.
  pm.addPass(createConvertElementwiseToLinalgPass());
  pm.addPass(createStructlinGroup());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void structlin::buildKernelsPipeline(OpPassManager &pm, const StructlinChooseOptions &choice) {
  buildGroupPipeline(pm);
  pm.addPass(createStructlinChoose(choice));
  pm.addPass(createStructlinPack());
  pm.addPass(createStructlinExpandVariants());
  pm.addPass(createStructlinOutlineKernels());
  pm.addPass(createStructlinDecompose({/*groupsOnly=*/true}));
}

void structlin::buildLowerToKernelsPipeline(OpPassManager &pm,
                                            const LowerToKernelsOptions &options) {
  buildFlattenPipeline(pm, /*keepScheduled=*/true);
  StructlinChooseOptions choice;
  choice.cpu = options.target;
  choice.threads = options.numThreads;
  choice.machine = options.machine;
  choice.table = options.table;
  choice.densify = options.densify;
  choice.densifyLimit = options.densifyLimit;
  choice.parameters = options.parameters;
  buildKernelsPipeline(pm, choice);
  buildPrepareEntriesPipeline(pm);
  buildBufferizeEntriesPipeline(pm, options);
  // Kernels are written on buffers, and free their own memory.
  pm.addPass(createStructlinEmitKernels());
  buildConvertToLLVMPipeline(pm, options, /*hasKernels=*/true);
}

void structlin::registerCodegenPassesAndPipelines() {
  registerStructlinCodegenPasses();
  registerModulePipeline<LowerToKernelsOptions>(
      "structlin-lower-to-kernels",
      "Destination-passing entry functions to the llvm dialect, structured products as kernels",
      buildLowerToKernelsPipeline);
}
