//===- KernelTarget.h - targets of kernels by name ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_KERNELTARGET_H
#define STRUCTLIN_CODEGEN_KERNELTARGET_H

#include "structlin/Kernels/Target.h"
#include "llvm/Support/Error.h"

namespace mlir::structlin {

/// The best target that this machine runs, if it runs any.
std::optional<::structlin::kernels::Target> getNativeTarget();

/// The target `cpu`, or this machine's for "native". Errors say which there are.
llvm::Expected<::structlin::kernels::Target> findKernelTarget(llvm::StringRef cpu);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_KERNELTARGET_H
