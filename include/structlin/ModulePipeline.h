//===- ModulePipeline.h - pipelines over modules, by name -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mlir::PassPipelineRegistration for pipelines that begin with a pass over a module.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_MODULEPIPELINE_H
#define STRUCTLIN_MODULEPIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

namespace mlir::structlin {

/// Registers a pipeline of `builtin.module`. Where a host nests it under another
/// operation that is an error of its pipeline; a pass manager left to itself aborts
/// the host's process when the first pass does not fit.
template <typename Options>
void registerModulePipeline(StringRef name, StringRef description,
                            void (*build)(OpPassManager &, const Options &)) {
  registerPassPipeline(
      name, description,
      [name = name.str(), build](OpPassManager &passes, StringRef text,
                                 function_ref<LogicalResult(const Twine &)> emitError) {
        StringRef anchor = passes.getOpAnchorName();
        if (anchor != ModuleOp::getOperationName() && anchor != OpPassManager::getAnyOpAnchorName())
          return emitError("expected '" + name + "' on 'builtin.module', got '" + anchor + "'");
        Options options;
        if (failed(options.parseFromString(text)))
          return failure();
        build(passes, options);
        return success();
      },
      [](function_ref<void(const ::mlir::detail::PassOptions &)> handle) { handle(Options()); });
}

} // namespace mlir::structlin

#endif // STRUCTLIN_MODULEPIPELINE_H
