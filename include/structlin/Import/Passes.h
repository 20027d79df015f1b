//===- Passes.h - the passes and the pipeline of import ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares what Passes.td describes, and the pipeline over it.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_PASSES_H
#define STRUCTLIN_IMPORT_PASSES_H

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"
#include "structlin/Import/ExportParameters.h"

namespace mlir::structlin {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "structlin/Import/Passes.h.inc"

/// Options of --structlin-import, those of --structlin-import-parameters.
struct ImportPipelineOptions : public PassPipelineOptions<ImportPipelineOptions> {
  Option<bool> argumentsAsWeights{
      *this, "arguments-as-weights",
      llvm::cl::desc("Take untagged arguments that are operands of contractions for weights"),
      llvm::cl::init(false)};
  ListOption<int64_t> weights{
      *this, "weights",
      llvm::cl::desc("Positions of the arguments preferred as weights where both operands could "
                     "be")};
  Option<int64_t> minElements{
      *this, "min-elements",
      llvm::cl::desc("Elements from which an inline constant is a parameter"), llvm::cl::init(64)};
};

/// From the output of any front end (linalg or TOSA on tensors) to structlin.linear.
void buildImportPipeline(OpPassManager &passes, const ImportPipelineOptions &options);

/// Registers the passes and `--structlin-import`.
void registerImportPassesAndPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_PASSES_H
