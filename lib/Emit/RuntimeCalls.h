//===- RuntimeCalls.h - calls of the runtime ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of structlin-runtime/Runtime.h in MLIR, declared where they are called.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_EMIT_RUNTIMECALLS_H
#define STRUCTLIN_LIB_EMIT_RUNTIMECALLS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::structlin {

/// The type of a team's handle.
Type getTeamType(MLIRContext *context);

/// Calls the runtime's `name`, which has one result of type `result` or, if that is null,
/// none, and declares it in `module` unless it is.
Value callRuntime(OpBuilder &builder, Location location, ModuleOp module, StringRef name,
                  Type result, ValueRange operands);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_EMIT_RUNTIMECALLS_H
