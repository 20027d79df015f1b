//===- Passes.h - passes from structured products to kernels --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the passes of Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PASSES_H
#define STRUCTLIN_CODEGEN_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::structlin {

/// Whether structured products may be computed with their dense weights.
enum class Densify { never, limit, automatic };

#define GEN_PASS_DECL
#include "structlin/Codegen/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "structlin/Codegen/Passes.h.inc"

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_PASSES_H
