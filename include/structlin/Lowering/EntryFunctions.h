//===- EntryFunctions.h - destination-passing entry functions -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the outside calls: functions that write into the caller's buffers, and
// functions that say how large those must be.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_ENTRYFUNCTIONS_H
#define STRUCTLIN_LOWERING_ENTRYFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::structlin {

/// Name of the argument attribute of a buffer that takes a result.
inline constexpr llvm::StringLiteral kResultAttrName = "structlin.result";
/// What the name of a function's shape function ends in.
inline constexpr llvm::StringLiteral kShapesSuffix = "_shapes";

/// Whether `function` can be called from outside and has a body.
bool isEntry(func::FuncOp function);

/// Builds the companion of `entry`, which still returns its results: a function of
/// the same arguments that returns the sizes of their dynamic dimensions. Null if
/// there are none. Diagnoses a name that is taken.
FailureOr<func::FuncOp> buildShapeFunction(func::FuncOp entry);

/// Rewrites the entries of `module`. See the pass `structlin-destination-passing`.
LogicalResult makeDestinationPassing(ModuleOp module);

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_ENTRYFUNCTIONS_H
