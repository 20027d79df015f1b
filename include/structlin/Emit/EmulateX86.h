//===- EmulateX86.h - x86 instructions as plain code ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_EMULATEX86_H
#define STRUCTLIN_EMIT_EMULATEX86_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::structlin {

/// Replaces what kernels use of amx, x86vector and the llvm.x86 intrinsics by functions
/// of `module` that give the same bits on any machine. See `structlin-emulate-x86`.
LogicalResult emulateX86(ModuleOp module);

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_EMULATEX86_H
