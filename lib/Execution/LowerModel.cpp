//===- LowerModel.cpp - a model on its way to machine code ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipelines' stages, with what has to be read off the module between them.
//
//===----------------------------------------------------------------------===//

#include "structlin/Execution/LowerModel.h"
#include "mlir/Pass/PassManager.h"
#include "structlin/Codegen/KernelTarget.h"
#include "structlin/Codegen/Pipelines.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Lowering/EntryFunctions.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ParameterSource;
using ::structlin::kernels::Target;

static LogicalResult runStage(ModuleOp module, llvm::function_ref<void(OpPassManager &)> build) {
  PassManager manager(module.getContext());
  build(manager);
  return manager.run(module);
}

static void fillLoweringOptions(LowerToCPUOptions &lowering, const LowerOptions &options) {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  lowering.threads = options.threads && options.lowering != Lowering::Plain;
  lowering.vectorBytes = features.lookup("avx512f") ? 64 : features.lookup("avx2") ? 32 : 16;
  if (options.lowering == Lowering::Plain)
    lowering.vectorBytes = 0;
}

/// The target of kernels, if there are to be any. Diagnoses one that cannot run here.
static FailureOr<std::optional<Target>> getTarget(ModuleOp module, const LowerOptions &options) {
  if (options.lowering != Lowering::Kernels)
    return std::optional<Target>();
  if (options.choice.cpu == "native" && !getNativeTarget()) {
    module.emitRemark("no kernels run on this machine: the reference lowering takes their place");
    return std::optional<Target>();
  }
  llvm::Expected<Target> target = findKernelTarget(options.choice.cpu);
  if (!target)
    return module.emitError() << llvm::toString(target.takeError());
  if (!target->runsOnHost())
    return module.emitError("this machine does not run kernels for '") << options.choice.cpu << "'";
  return std::optional<Target>(*target);
}

/// Functions without a body come from libraries; without any they are missing.
static LogicalResult verifyExternals(ModuleOp module, bool hasExternals) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isExternal() && !hasExternals &&
        !SymbolTable::symbolKnownUseEmpty(function, module))
      return function.emitError("external function '")
             << function.getName() << "' is called and no --shared-libs are given";
  return success();
}

/// Without a source every parameter has its value. Later, factors have become packs with
/// names that the user has not seen.
static LogicalResult verifyValues(ModuleOp module, ParameterSource *parameters) {
  if (parameters)
    return success();
  WalkResult result = module.walk([](ParameterOp parameter) {
    if (parameter.getValue() || parameter->use_empty())
      return WalkResult::advance();
    emitError(parameter.getLoc(), "parameter '")
        << parameter.getName() << "' has no value and no source is given";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult mlir::structlin::lowerModel(Model &model, ParameterSource *parameters,
                                          const LowerOptions &options) {
  ModuleOp module = *model.module;
  FailureOr<func::FuncOp> entry = findEntry(module, options.entry);
  if (failed(entry))
    return failure();
  std::string name = entry->getName().str();
  // What the entry does not call is neither compiled nor given parameters.
  for (auto function : module.getOps<func::FuncOp>())
    if (function != *entry)
      function.setPrivate();
  FailureOr<std::optional<Target>> target = getTarget(module, options);
  if (failed(target) || failed(runStage(module, [&](OpPassManager &manager) {
        buildFlattenPipeline(manager, /*keepScheduled=*/target->has_value());
      })))
    return failure();
  if (failed(verifyExternals(module, options.hasExternals)) ||
      failed(verifyValues(module, parameters)) ||
      failed(verifyBoundIndices(module, parameters)) ||
      failed(runStage(module, [&](OpPassManager &manager) {
        if (!*target)
          return;
        StructlinChooseOptions choice = options.choice;
        choice.cpu = (*target)->name;
        buildKernelsPipeline(manager, choice);
      })))
    return failure();
  model.parameterLocations = findParameterLocations(module);
  if (failed(runStage(module, buildPrepareEntriesPipeline)))
    return failure();
  FailureOr<EntrySignature> signature = getEntrySignature(module.lookupSymbol<func::FuncOp>(name));
  FailureOr<ParameterLayout> layout = ParameterLayout::fromModule(module);
  if (failed(signature) || failed(layout))
    return failure();
  model.entry = *signature;
  model.layout = *layout;
  LowerToCPUOptions lowering;
  fillLoweringOptions(lowering, options);
  return runStage(module, [&](OpPassManager &manager) {
    buildBufferizeEntriesPipeline(manager, lowering);
    if (*target)
      manager.addPass(createStructlinEmitKernels());
    buildConvertToLLVMPipeline(manager, lowering, /*hasKernels=*/target->has_value());
  });
}
