//===- Pipelines.cpp - the reference lowering -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of the passes, and why.
//
//===----------------------------------------------------------------------===//

#include "structlin/Lowering/Pipelines.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Dialect/Vector/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "structlin/Lowering/Passes.h"
#include "structlin/ModulePipeline.h"

using namespace mlir;
using namespace mlir::structlin;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void structlin::buildFlattenPipeline(OpPassManager &pm, bool keepScheduled) {
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  // A parameter inside a group is only reachable once the group is open.
  pm.addPass(createStructlinDecompose({/*groupsOnly=*/true, keepScheduled}));
}

void structlin::buildPrepareEntriesPipeline(OpPassManager &pm) {
  pm.addPass(createStructlinPlaceParameters());
  pm.addPass(createStructlinDestinationPassing());
}

static void addBufferization(OpPassManager &pm) {
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionBoundaryTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  options.unknownTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  addCleanup(pm);
  // CSE can leave a copy of a buffer to itself, which canonicalization removes.
  pm.addPass(createCanonicalizerPass());
  bufferization::buildBufferDeallocationPipeline(pm);
}

void structlin::buildBufferizeEntriesPipeline(OpPassManager &pm, const LowerToCPUOptions &options) {
  // Some front ends leave arith and math operations on whole tensors.
  pm.addPass(createConvertElementwiseToLinalgPass());
  addCleanup(pm);
  // While results still come from whole operations, their empty tensors can be
  // replaced by the caller's buffers.
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  StructlinTileTokensOptions tiles;
  tiles.tileSize = options.tileTokens;
  tiles.parallel = options.threads;
  pm.addNestedPass<func::FuncOp>(createStructlinTileTokens(tiles));
  pm.addPass(createStructlinDecompose());
  addCleanup(pm);
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  if (options.vectorBytes != 0)
    pm.addNestedPass<func::FuncOp>(createStructlinVectorizeContractions({options.vectorBytes}));
  addCleanup(pm);
  addBufferization(pm);
}

/// Loops and threads. What is left of linalg becomes scalar loops.
static void addLoops(OpPassManager &pm, const LowerToCPUOptions &options) {
  pm.addPass(createStructlinExpandCopies());
  pm.addPass(createConvertLinalgToLoopsPass());
  if (options.threads) {
    pm.addPass(createForallToParallelLoopPass());
    pm.addPass(createConvertSCFToOpenMPPass());
    // The alloca_scope around the body of a parallel region is in the way of
    // conversion to branches unless it is canonicalized away.
    pm.addPass(createCanonicalizerPass());
  } else {
    pm.addPass(createForallToForLoopPass());
    pm.addPass(createParallelForToNestedForsPass());
  }
}

/// Vectors of one dimension and operations that LLVM has for every type.
static void addScalarAndVectorLegalization(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(vector::createLowerVectorMultiReductionPass(
      vector::VectorMultiReductionLowering::InnerReduction));
  pm.addPass(createConvertVectorToSCFPass(VectorTransferToSCFOptions().enableFullUnroll()));
  addCleanup(pm);
  // bf16 has no arithmetic of its own before AVX512_BF16, and rounding to it would
  // become a call into a runtime library: do both in f32 and integers.
  pm.addPass(math::createMathExtendToSupportedTypes());
  arith::ArithEmulateUnsupportedFloatsOptions emulated;
  emulated.sourceTypeStrs = {"bf16"};
  pm.addPass(arith::createArithEmulateUnsupportedFloats(emulated));
  arith::ArithExpandOpsPassOptions expanded;
  expanded.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(expanded));
  pm.addPass(memref::createExpandOpsPass());
  pm.addPass(createStructlinExpandReshapes());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
}

void structlin::buildConvertToLLVMPipeline(OpPassManager &pm, const LowerToCPUOptions &options,
                                           bool hasKernels) {
  pm.addPass(createStructlinDropAttributes());
  addLoops(pm, options);
  addScalarAndVectorLegalization(pm);
  pm.addPass(createSCFToControlFlowPass());
  ConvertVectorToLLVMPassOptions vectors;
  vectors.reassociateFPReductions = true;
  vectors.x86Vector = hasKernels;
  pm.addPass(createConvertVectorToLLVMPass(vectors));
  pm.addPass(createConvertMathToLLVMPass({/*approximateLog1p=*/false}));
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertComplexToStandardPass());
  if (hasKernels) {
    pm.addPass(createConvertOpenMPToLLVMPass());
    // Matrix registers go around loops as operands of branches: all at once.
    pm.addPass(createConvertToLLVMPass());
  } else {
    pm.addPass(createFinalizeMemRefToLLVMConversionPass());
    pm.addPass(createConvertIndexToLLVMPass());
    pm.addPass(createArithToLLVMConversionPass());
    pm.addPass(createUBToLLVMConversionPass());
    pm.addPass(createConvertFuncToLLVMPass());
    if (options.threads)
      pm.addPass(createConvertOpenMPToLLVMPass());
    pm.addPass(createConvertControlFlowToLLVMPass());
  }
  pm.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(pm);
}

void structlin::buildBufferizeForCPUPipeline(OpPassManager &pm, const LowerToCPUOptions &options) {
  buildFlattenPipeline(pm);
  buildPrepareEntriesPipeline(pm);
  buildBufferizeEntriesPipeline(pm, options);
}

void structlin::buildLowerToCPUPipeline(OpPassManager &pm, const LowerToCPUOptions &options) {
  buildBufferizeForCPUPipeline(pm, options);
  buildConvertToLLVMPipeline(pm, options);
}

void structlin::registerLoweringPassesAndPipelines() {
  registerStructlinLoweringPasses();
  registerModulePipeline<LowerToCPUOptions>(
      "structlin-bufferize-for-cpu",
      "The first half of structlin-lower-to-cpu: loops and vectors on buffers",
      buildBufferizeForCPUPipeline);
  registerModulePipeline<LowerToCPUOptions>(
      "structlin-lower-to-cpu",
      "The reference lowering: destination-passing entry functions to the llvm dialect",
      buildLowerToCPUPipeline);
}
