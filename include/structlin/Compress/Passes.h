//===- Passes.h - passes that compress ------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares --structlin-tie-parameters, --structlin-assign, --structlin-fit and
// --structlin-report, which Passes.td describes, and the pipeline --structlin-compress
// over them.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_PASSES_H
#define STRUCTLIN_COMPRESS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::structlin {

#define GEN_PASS_DECL
#include "structlin/Compress/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "structlin/Compress/Passes.h.inc"

/// Options of --structlin-compress: those of the import pipeline and of the passes
/// that follow, under their names there.
struct CompressPipelineOptions : public PassPipelineOptions<CompressPipelineOptions> {
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
  Option<std::string> recipe{*this, "recipe",
                             llvm::cl::desc("YAML file of layer patterns and structures")};
  Option<std::string> structure{*this, "structure",
                                llvm::cl::desc("One structure for every layer")};
  Option<int64_t> minParameters{*this, "min-parameters",
                                llvm::cl::desc("Layers with fewer parameters stay dense"),
                                llvm::cl::init(1024)};
  Option<std::string> parameters{
      *this, "parameters",
      llvm::cl::desc(
          "The model's parameters: a safetensors file, an index, a folder, or random:SEED")};
  Option<std::string> denseParameters{
      *this, "dense-parameters",
      llvm::cl::desc("Dense weights to measure stored ones against, where there are any")};
  Option<std::string> outputParameters{
      *this, "output-parameters",
      llvm::cl::desc("Safetensors file to write the factors and the other parameters to")};
  Option<int64_t> seed{*this, "seed", llvm::cl::desc("Seed of the fits' random numbers"),
                       llvm::cl::init(0)};
  Option<int64_t> sweeps{*this, "sweeps", llvm::cl::desc("Sweeps of an iterative fit, per start"),
                         llvm::cl::init(100)};
  Option<int64_t> restarts{*this, "restarts", llvm::cl::desc("Random starts of an iterative fit"),
                           llvm::cl::init(1)};
  Option<int64_t> oatsIterations{
      *this, "oats-iterations", llvm::cl::desc("Alternations between a low-rank and a sparse part"),
      llvm::cl::init(80)};
  Option<double> flopLimit{
      *this, "flop-limit",
      llvm::cl::desc("Operations that one iterative fit may take (0: no limit)"),
      llvm::cl::init(1e13)};
  Option<double> maxError{
      *this, "max-error",
      llvm::cl::desc("Layers with a larger relative error stay dense (0: no limit)"),
      llvm::cl::init(0)};
  Option<std::string> report{*this, "report",
                             llvm::cl::desc("JSON file to write about every layer")};
};

/// From a front end's output to structured layers: import, assign, fit, clean up
/// and, with `report`, report.
void buildCompressPipeline(OpPassManager &passes, const CompressPipelineOptions &options);

/// Registers the passes and `--structlin-compress`.
void registerCompressPassesAndPipelines();

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_PASSES_H
