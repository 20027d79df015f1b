//===- Pipelines.h - the reference lowering -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plain upstream CPU path, from tensors to the llvm dialect, in two halves.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_PIPELINES_H
#define STRUCTLIN_LOWERING_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::structlin {

struct LowerToCPUOptions : PassPipelineOptions<LowerToCPUOptions> {
  PassOptions::Option<bool> threads{
      *this, "threads", llvm::cl::desc("Run tiles of tokens on several threads (OpenMP)"),
      llvm::cl::init(true)};
  PassOptions::Option<int64_t> tileTokens{*this, "tile-tokens", llvm::cl::desc("Tokens in a tile"),
                                          llvm::cl::init(32)};
  PassOptions::Option<int64_t> vectorBytes{
      *this, "vector-bytes",
      llvm::cl::desc("Bytes of a vector register, a power of two; 0 leaves scalar loops"),
      llvm::cl::init(64)};
};

// The stages, in order. A caller that stops between them to look at the module (for
// the signature of its entries, the layout of its parameters) runs them one by one.

/// Calls inlined and groups opened: every factor is next to its product. Groups that
/// have a schedule may be kept.
void buildFlattenPipeline(OpPassManager &pm, bool keepScheduled = false);

/// Entry functions with destinations, parameters in one buffer; tensors inside.
void buildPrepareEntriesPipeline(OpPassManager &pm);

/// From prepared entries to loops and vectors on buffers.
void buildBufferizeEntriesPipeline(OpPassManager &pm, const LowerToCPUOptions &options);

/// From loops and vectors on buffers to the llvm dialect. `hasKernels`: there may be
/// operations of particular machines, on vectors and matrix registers.
void buildConvertToLLVMPipeline(OpPassManager &pm, const LowerToCPUOptions &options,
                                bool hasKernels = false);

/// All stages but the last: `structlin-bufferize-for-cpu`.
void buildBufferizeForCPUPipeline(OpPassManager &pm, const LowerToCPUOptions &options);

/// All stages: `structlin-lower-to-cpu`.
void buildLowerToCPUPipeline(OpPassManager &pm, const LowerToCPUOptions &options);

/// Registers the passes of Passes.td and the pipelines by name.
void registerLoweringPassesAndPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_PIPELINES_H
