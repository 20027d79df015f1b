//===- KernelFunction.h - functions that run kernels on threads -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel becomes two functions. The body is what each thread of a team runs:
//
//     func.func private @k_body(%thread: index, %threads: index, %team: !llvm.ptr, args...)
//
// The other one is what callers know. It asks the runtime for a team, and calls the
// body, in a parallel region if the team has several threads:
//
//     func.func @k(args...)
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_KERNELFUNCTION_H
#define STRUCTLIN_EMIT_KERNELFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "structlin/Emit/KernelEmitter.h"

namespace mlir::structlin {

/// Writes the code of a kernel's body, without the return, for the arguments that follow
/// the team; usually with a KernelEmitter for `team`.
using EmitKernelBody = llvm::function_ref<void(OpBuilder &builder, Location location,
                                               ValueRange arguments, const Team &team)>;

/// Computes, in the outer function, how many multiplications a call does (type index).
/// Calls that are too small for several threads are told by it.
using EmitKernelWork =
    llvm::function_ref<Value(OpBuilder &builder, Location location, ValueRange arguments)>;

/// Writes both functions where `builder` is, in a module, and returns the outer one,
/// named `name`; the body's name is `name` and "_body".
func::FuncOp emitKernelFunction(OpBuilder &builder, Location location, StringRef name,
                                TypeRange arguments, EmitKernelWork work, EmitKernelBody body);

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_KERNELFUNCTION_H
