//===- Passes.h - lowering passes and pipelines ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the passes of Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_PASSES_H
#define STRUCTLIN_LOWERING_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::structlin {

#define GEN_PASS_DECL
#include "structlin/Lowering/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "structlin/Lowering/Passes.h.inc"

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_PASSES_H
