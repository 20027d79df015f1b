//===- Pipelines.h - the way through kernels ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference lowering with structured products as kernels, where these have one.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PIPELINES_H
#define STRUCTLIN_CODEGEN_PIPELINES_H

#include "structlin/Lowering/Pipelines.h"

namespace mlir::structlin {

struct LowerToKernelsOptions : LowerToCPUOptions {
  PassOptions::Option<std::string> target{
      *this, "target",
      llvm::cl::desc("The machine of kernels: avx2, avx512, avx512_bf16, amx, neon"),
      llvm::cl::init("avx2")};
};

// The stages, in order, between those of structlin/Lowering/Pipelines.h.

/// From flattened entries: products are grouped, scheduled for `target`, packed and
/// outlined. Groups that cannot be are opened again.
void buildKernelsPipeline(OpPassManager &pm, StringRef target);

/// All stages: `structlin-lower-to-kernels`.
void buildLowerToKernelsPipeline(OpPassManager &pm, const LowerToKernelsOptions &options);

/// Registers the passes of Passes.td and the pipelines by name.
void registerCodegenPassesAndPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PIPELINES_H
