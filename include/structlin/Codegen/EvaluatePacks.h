//===- EvaluatePacks.h - packs of parameters as parameters ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares how packs leave the program: as parameters of their own, and as tensors of
// a new archive.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_EVALUATEPACKS_H
#define STRUCTLIN_CODEGEN_EVALUATEPACKS_H

#include "mlir/IR/PatternMatch.h"
#include "structlin/Codegen/PackedParameters.h"

namespace mlir::structlin {

/// Replaces each pack of parameters by parameters named after the factors and the
/// layout; equal packs are one. Values in the IR are packed there; for the others the
/// module records what they are packs of. Packs of anything else stay.
LogicalResult evaluatePacks(RewriterBase &rewriter, ModuleOp module);

/// Writes all parameters of `module` to the safetensors file `path`, packed ones piece by
/// piece, the others from the IR or `source`, which may be null. After that the module
/// has neither values nor a record of packs.
LogicalResult writeParameters(ModuleOp module, ::structlin::ParameterSource *source,
                              StringRef path);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_EVALUATEPACKS_H
