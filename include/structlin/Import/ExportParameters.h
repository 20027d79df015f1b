//===- ExportParameters.h - parameters for host compilers ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way back from structlin.parameter to what other compilers understand.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_EXPORTPARAMETERS_H
#define STRUCTLIN_IMPORT_EXPORTPARAMETERS_H

#include "mlir/IR/BuiltinOps.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/ParameterBindings.h"

namespace mlir::structlin {

/// What a parameter becomes.
enum class ExportTarget { Arguments, Resources, Globals };

/// Replaces every structlin.parameter of `module` and drops the recorded
/// signatures. Returns where the parameters without a value are bound now.
FailureOr<ParameterBindings> exportParameters(ModuleOp module, ExportTarget target);

/// To arguments: the original signature for what import took (arguments at their
/// positions, constants, resources and globals as they were), and for parameters
/// made since, arguments tagged `structlin.param`: at the place of the argument
/// that they replace if they are named after it (`fc.weight.U` after `fc.weight`,
/// which is gone), else at the end. One made since that has a value is a constant
/// instead: an argument would lose the value.
LogicalResult exportToArguments(ModuleOp module, ParameterBindings &bindings);

/// To an arith.constant with the value, kept as it is.
void exportToConstant(ParameterOp op);

/// To an arith.constant of a dense_resource: with a blob where there is a value,
/// else of `key` alone.
void exportToResource(ParameterOp op, StringRef key, ParameterBindings &bindings);

/// To a load of the global `symbol`, which is made (private; extern where there is
/// no value) unless the module has it.
void exportToGlobal(ParameterOp op, StringRef symbol, ModuleOp module, ParameterBindings &bindings);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_EXPORTPARAMETERS_H
