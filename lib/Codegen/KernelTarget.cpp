//===- KernelTarget.cpp - targets of kernels by name ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/KernelTarget.h"
#include "llvm/TargetParser/Host.h"

using ::structlin::kernels::Target;

std::optional<Target> mlir::structlin::getNativeTarget() {
  std::string features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    if (feature.second)
      features += ("+" + feature.first() + ",").str();
  std::optional<Target> target = Target::fromFeatures(features);
  // The system may not let this process use matrix registers.
  if (target && !target->runsOnHost())
    return Target::get("avx512_bf16");
  return target;
}

llvm::Expected<Target> mlir::structlin::findKernelTarget(llvm::StringRef cpu) {
  std::optional<Target> target = cpu == "native" ? getNativeTarget() : Target::get(cpu);
  if (target)
    return *target;
  if (cpu == "native")
    return llvm::createStringError("no kernels run on this machine: expected one with AVX2, "
                                   "FMA and F16C, AVX-512 or NEON");
  return llvm::createStringError("expected a CPU of native, avx2, avx512, avx512_bf16, amx or "
                                 "neon, got '" +
                                 cpu + "'");
}
