//===- Pipelines.h - to other compilers ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --structlin-export, the counterpart of --structlin-import: from structured layers
// to what a compiler without structlin reads.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXPORT_PIPELINES_H
#define STRUCTLIN_EXPORT_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "structlin/Import/ExportParameters.h"

namespace mlir::structlin {

struct ExportPipelineOptions : PassPipelineOptions<ExportPipelineOptions> {
  PassOptions::Option<ExportTarget> to{
      *this, "to", llvm::cl::desc("What parameters become"),
      llvm::cl::init(ExportTarget::Arguments),
      llvm::cl::values(
          clEnumValN(ExportTarget::Arguments, "arguments",
                     "function arguments tagged structlin.param"),
          clEnumValN(ExportTarget::Resources, "resources", "constants with a dense_resource value"),
          clEnumValN(ExportTarget::Globals, "globals", "loads of ml_program.global"))};
  PassOptions::Option<bool> tags{
      *this, "tags", llvm::cl::desc("Leave structlin.param on the arguments that are parameters"),
      llvm::cl::init(true)};
  PassOptions::Option<std::string> manifest{
      *this, "manifest", llvm::cl::desc("JSON file to write: which parameter is bound where")};
};

/// Decomposes to linalg, exports the parameters and cleans up. What comes out has
/// nothing of the dialect, and with `tags=false` no attribute of its name either.
void buildExportPipeline(OpPassManager &passes, const ExportPipelineOptions &options);

/// Registers `--structlin-export`.
void registerExportPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_EXPORT_PIPELINES_H
