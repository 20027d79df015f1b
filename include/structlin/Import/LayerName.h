//===- LayerName.h - names of layers -------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer is named after its weight.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_LAYERNAME_H
#define STRUCTLIN_IMPORT_LAYERNAME_H

#include "llvm/ADT/StringRef.h"

namespace mlir::structlin {

/// The parameter's name without the word that says it is a weight: a trailing
/// `.weight`, `_weight`, `/weight`, `.kernel`, `_kernel` or `/kernel`.
inline llvm::StringRef getLayerName(llvm::StringRef parameter) {
  llvm::StringRef name = parameter;
  if ((name.consume_back("weight") || name.consume_back("kernel")) && name.size() > 1 &&
      llvm::StringRef("._/").contains(name.back()))
    return name.drop_back();
  return parameter;
}

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_LAYERNAME_H
