//===- ImportParameters.h - every kind of weight to one form -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first step of import.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_IMPORTPARAMETERS_H
#define STRUCTLIN_IMPORT_IMPORTPARAMETERS_H

#include "mlir/IR/BuiltinOps.h"
#include "structlin/Import/ParameterNames.h"

namespace mlir::structlin {

struct ImportParametersOptions {
  /// Untagged arguments become parameters where they are weights.
  bool argumentsAsWeights = false;
  /// Positions of arguments preferred as weights (see findArgumentWeights).
  SmallVector<int64_t> weights;
  /// Inline constants below this many elements stay.
  int64_t minElements = 64;
};

/// Turns tagged arguments, resources, immutable globals and large inline constants
/// of `module` into structlin.parameter and records the original signatures
/// (ParameterOrigin.h). Conflicts are diagnosed; the module may then be changed in
/// part.
LogicalResult importParameters(ModuleOp module, const ImportParametersOptions &options);

/// The arguments: those tagged `structlin.param` and, as `options` say, others.
/// Calls inside the module lose the operands; a call that passes anything but the
/// same parameter goes to an unconverted private copy of its callee.
LogicalResult importArguments(ModuleOp module, const ImportParametersOptions &options,
                              ParameterNames &names);

/// Loads of immutable ml_program.globals. A private global without further uses is
/// erased.
LogicalResult importGlobals(ModuleOp module, ParameterNames &names);

/// Resources, and inline constants of at least `minElements` elements: those whose
/// elements differ, and splats that are an operand of a contraction.
LogicalResult importConstants(ModuleOp module, int64_t minElements, ParameterNames &names);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_IMPORTPARAMETERS_H
