//===- lib/InitAll.cpp - everything that a tool registers ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See the header.
//
//===----------------------------------------------------------------------===//

#include "structlin/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "structlin/Codegen/HostLayoutInterface.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Codegen/Pipelines.h"
#include "structlin/Compress/FittableStructure.h"
#include "structlin/Compress/Passes.h"
#include "structlin/Emit/Passes.h"
#include "structlin/Export/Pipelines.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Import/Passes.h"
#include "structlin/Lowering/Pipelines.h"
#include "structlin/TransformOps/StructlinTransformOps.h"

void mlir::structlin::registerAllDialects(DialectRegistry &registry) {
  registry.insert<StructlinDialect>();
  registerFitModels(registry);
  registerHostLayoutModels(registry);
  registerKernelModels(registry);
  registerTransformDialectExtension(registry);
}

void mlir::structlin::registerAllPasses() {
  // MLIR's registry is the process', and takes a pipeline's name once; a host and a
  // plugin may both come here.
  static const bool registered = [] {
    registerImportPassesAndPipelines();
    registerLoweringPassesAndPipelines();
    registerCompressPassesAndPipelines();
    registerStructlinEmitPasses();
    registerCodegenPassesAndPipelines();
    registerExportPipelines();
    return true;
  }();
  (void)registered;
}
