//===- CompiledKernel.h - a group that can be called ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_COMPILEDKERNEL_H
#define STRUCTLIN_TUNE_COMPILEDKERNEL_H

#include "structlin/Execution/JIT.h"
#include "structlin/Execution/LowerModel.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir::structlin {

/// A group under one schedule, for any number of tokens.
struct CompiledKernel {
  EntrySignature entry;
  /// The buffer of parameters, packed for the schedule.
  ::structlin::HostTensor parameters;
  std::unique_ptr<JITModule> jit;
  JITModule::Function function;
};

/// Compiles a module that isolate() made, in the same way as a model. Diagnoses what goes
/// wrong.
FailureOr<CompiledKernel> compileKernel(ModuleOp isolated, CpuScheduleAttr schedule,
                                        std::shared_ptr<::structlin::ParameterSource> parameters,
                                        const LowerOptions &options);

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_COMPILEDKERNEL_H
