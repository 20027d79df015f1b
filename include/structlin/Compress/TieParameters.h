//===- TieParameters.h - one name for tied weights ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives parameters the names under which they are stored.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_TIEPARAMETERS_H
#define STRUCTLIN_COMPRESS_TIEPARAMETERS_H

#include "mlir/IR/BuiltinOps.h"
#include "structlin/Compress/ParameterReader.h"

namespace mlir::structlin {

/// Renames every structlin.parameter without a value to its stored name, and so the
/// entries of the functions' records of their signatures. Fails, with a diagnostic,
/// on a malformed record.
LogicalResult tieParameters(ModuleOp module, const ParameterReader &reader);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_TIEPARAMETERS_H
