//===- Passes.h - passes on emitted kernels -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the passes of Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_PASSES_H
#define STRUCTLIN_EMIT_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::structlin {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "structlin/Emit/Passes.h.inc"

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_PASSES_H
