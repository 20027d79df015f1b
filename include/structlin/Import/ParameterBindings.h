//===- ParameterBindings.h - where exported parameters are bound ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a host has to know of a module whose parameters were exported: which tensor
// of the archive goes to which argument, resource or global.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_PARAMETERBINDINGS_H
#define STRUCTLIN_IMPORT_PARAMETERBINDINGS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

namespace mlir::structlin {

struct ParameterBindings {
  /// A parameter and its type.
  struct Parameter {
    StringAttr name;
    Type type;
  };

  /// For each function with parameters as arguments, their names by position.
  llvm::MapVector<func::FuncOp, llvm::DenseMap<unsigned, StringAttr>> arguments;
  /// Keys of resources without a blob.
  llvm::MapVector<StringAttr, Parameter> resources;
  /// Symbols of globals without a value.
  llvm::MapVector<StringAttr, Parameter> globals;
};

/// The bindings as the manifest that --structlin-export-parameters describes.
llvm::json::Object toJSON(ModuleOp module, const ParameterBindings &bindings);

/// Writes the manifest to the file `path`. Diagnoses what goes wrong.
LogicalResult writeManifest(ModuleOp module, const ParameterBindings &bindings, StringRef path);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_PARAMETERBINDINGS_H
