//===- LowerEmitted.h - emitted kernels to the llvm dialect ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For modules that hold nothing but what KernelEmitter writes, as benchmarks and tests
// make them. Whole models take structlin-lower-to-kernels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_LOWEREMITTED_H
#define STRUCTLIN_EMIT_LOWEREMITTED_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::structlin {

/// Lowers emitted kernel functions, loops over vectors and matrix registers on memrefs.
LogicalResult lowerEmittedKernels(ModuleOp module);

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_LOWEREMITTED_H
