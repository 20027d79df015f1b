//===- CompiledKernel.cpp - a group that can be called --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledKernel.h"
#include "GroupParameters.h"
#include "Isolate.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "structlin/Codegen/PackedParameters.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::HostTensor;
using ::structlin::ParameterSource;

FailureOr<CompiledKernel>
mlir::structlin::compileKernel(ModuleOp isolated, CpuScheduleAttr schedule,
                               std::shared_ptr<ParameterSource> parameters,
                               const LowerOptions &options) {
  Model model;
  model.module = isolated.clone();
  KernelOp kernel = getKernel(*model.module);
  Location loc = kernel.getLoc();
  kernel.setScheduleAttr(schedule);
  auto shared = shareParameters(std::move(parameters));
  if (failed(lowerModel(model, shared.get(), options)))
    return failure();
  // Times of the reference lowering would say nothing.
  bool isEmitted = llvm::any_of(model.module->getOps<LLVM::LLVMFuncOp>(), [](auto function) {
    return function.getName().starts_with("k_") && !function.isExternal();
  });
  if (!isEmitted)
    return emitError(loc) << "no kernel was made for " << schedule;
  auto packed = createPackedParameters(*model.module, std::move(shared));
  if (failed(packed))
    return failure();
  FailureOr<HostTensor> buffer =
      fillParameterBuffer(model.layout, packed->get(), model.parameterLocations);
  if (failed(buffer))
    return failure();
  auto jit = JITModule::create(*model.module, {/*optLevel=*/2, {}});
  if (!jit)
    return emitError(loc) << llvm::toString(jit.takeError());
  auto function = (*jit)->lookup(model.entry.name);
  if (!function)
    return emitError(loc) << llvm::toString(function.takeError());
  return CompiledKernel{model.entry, *buffer, std::move(*jit), *function};
}
