//===- ParameterNames.h - the names of a module's parameters -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same name means the same storage, so a name is given out once per origin.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_PARAMETERNAMES_H
#define STRUCTLIN_IMPORT_PARAMETERNAMES_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::structlin {

class ParameterNames {
public:
  /// Takes the names of the parameters that `module` has already. Fails, with a
  /// diagnostic, where one name has two types.
  LogicalResult init(ModuleOp module);

  /// Takes `name` exactly; it may be taken already, with the same type. Fails, with
  /// a diagnostic at `loc`, where the types differ.
  LogicalResult take(StringAttr name, Type type, Location loc);

  /// A name for what `identity` stands for: `name` where it is free or stands for
  /// the same, else `name` with the first free suffix `_1`, `_2`, ...
  StringAttr makeUnique(StringAttr name, Type type, Attribute identity);

private:
  struct Entry {
    Type type;
    /// What the name stands for; null for tags, which stand for themselves.
    Attribute identity;
  };
  llvm::StringMap<Entry> entries;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_PARAMETERNAMES_H
