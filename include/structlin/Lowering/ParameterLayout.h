//===- ParameterLayout.h - where parameters lie in their buffer -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The module attribute `structlin.parameter_layout`: lowering writes it, whoever
// calls the code reads it to fill the buffer.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LOWERING_PARAMETERLAYOUT_H
#define STRUCTLIN_LOWERING_PARAMETERLAYOUT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::structlin {

/// Name of the module attribute that holds the layout.
inline constexpr llvm::StringLiteral kParameterLayoutAttrName = "structlin.parameter_layout";
/// Name of the argument attribute of the buffer that holds the parameters.
inline constexpr llvm::StringLiteral kParametersAttrName = "structlin.parameters";
/// Alignment in bytes of every parameter and of the buffer.
inline constexpr int64_t kParameterAlignment = 64;

struct PlacedParameter {
  StringAttr name;
  RankedTensorType type;
  /// Bytes from the start of the buffer.
  int64_t offset;
  /// The value given in the IR, or null.
  ElementsAttr value;
};

struct ParameterLayout {
  SmallVector<PlacedParameter> parameters;
  /// Bytes of the buffer.
  int64_t size = 0;

  DictionaryAttr toAttribute(MLIRContext *context) const;

  /// The layout of `module`, empty if it has none. Diagnoses a malformed one.
  static FailureOr<ParameterLayout> fromModule(ModuleOp module);
};

/// Replaces every structlin.parameter of `module` by a view of one buffer and sets
/// the layout attribute. See the pass `structlin-place-parameters`.
LogicalResult placeParameters(ModuleOp module);

} // namespace mlir::structlin

#endif // STRUCTLIN_LOWERING_PARAMETERLAYOUT_H
