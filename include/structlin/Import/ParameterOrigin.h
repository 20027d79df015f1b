//===- ParameterOrigin.h - where parameters came from --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Import records on each function what its parameters were, so that export can
// put the original signature back.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_PARAMETERORIGIN_H
#define STRUCTLIN_IMPORT_PARAMETERORIGIN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::structlin {

/// Name of the function attribute that holds the record: an array of
/// dictionaries, one per parameter, in the order of import.
///
///   {param = "fc.weight", from = "argument", index = 1, type = tensor<4x8xf32>,
///    attrs = {structlin.param = "fc.weight"}}
///   {param = "fc.bias", from = "resource"}   {param = "w", from = "global"}
///   {param = "main.const_0", from = "constant"}
///
/// `index` is the argument's position in the original signature, `attrs` what it
/// carried there.
inline constexpr StringLiteral kSignatureAttrName = "structlin.signature";

struct ParameterOrigin {
  enum class Kind { Argument, Constant, Resource, Global };

  Kind kind;
  StringAttr parameter;
  // Of an argument.
  int64_t index = -1;
  Type type;
  DictionaryAttr attrs;
  // Of a resource or a global: its key or symbol.
  StringAttr key;
};

/// Adds to the record of `function`.
void addParameterOrigins(func::FuncOp function, ArrayRef<ParameterOrigin> origins);

/// The record of `function`; a malformed one is diagnosed.
FailureOr<SmallVector<ParameterOrigin>> getParameterOrigins(func::FuncOp function);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_PARAMETERORIGIN_H
