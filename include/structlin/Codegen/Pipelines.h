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

#include "structlin/Codegen/Passes.h"
#include "structlin/Lowering/Pipelines.h"

namespace mlir::structlin {

struct LowerToKernelsOptions : LowerToCPUOptions {
  PassOptions::Option<std::string> target{
      *this, "target",
      llvm::cl::desc("The machine of kernels: avx2, avx512, avx512_bf16, amx, neon, native"),
      llvm::cl::init("avx2")};
  PassOptions::Option<int64_t> numThreads{
      *this, "num-threads", llvm::cl::desc("The threads that kernels are chosen for"),
      llvm::cl::init(1)};
  PassOptions::Option<std::string> machine{
      *this, "machine", llvm::cl::desc("A file that describes the machine")};
  PassOptions::Option<std::string> table{*this, "table",
                                         llvm::cl::desc("A file of measured times")};
  PassOptions::Option<Densify> densify{
      *this, "densify",
      llvm::cl::desc("Whether products that lose to their dense weight are computed with it"),
      llvm::cl::init(Densify::never),
      llvm::cl::values(clEnumValN(Densify::never, "never", "Never"),
                       clEnumValN(Densify::limit, "limit", "Within densify-limit"),
                       clEnumValN(Densify::automatic, "auto",
                                  "Within a tenth of the factors' bytes"))};
  PassOptions::Option<int64_t> densifyLimit{
      *this, "densify-limit",
      llvm::cl::desc("The bytes that dense weights may take beyond the factors"),
      llvm::cl::init(0)};
  PassOptions::Option<std::string> parameters{
      *this, "parameters", llvm::cl::desc("Where the values of factors are, for dense weights")};
};

// The stages, in order, between those of structlin/Lowering/Pipelines.h.

/// From flattened entries: products are grouped with what finishes them.
void buildGroupPipeline(OpPassManager &pm);

/// Products are grouped, scheduled as `choice` says, packed and outlined. Groups that
/// cannot be are opened again.
void buildKernelsPipeline(OpPassManager &pm, const StructlinChooseOptions &choice);

/// All stages: `structlin-lower-to-kernels`.
void buildLowerToKernelsPipeline(OpPassManager &pm, const LowerToKernelsOptions &options);

/// Registers the passes of Passes.td and the pipelines by name.
void registerCodegenPassesAndPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PIPELINES_H
