//===- WeightGroups.h - layers that share a weight ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tied weights: several linear layers read the same tensor, in one function or in
// several. They are assigned one structure and fitted once.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_WEIGHTGROUPS_H
#define STRUCTLIN_COMPRESS_WEIGHTGROUPS_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Layers that read one tensor, in the order of the module.
struct WeightGroup {
  SmallVector<LinearOp> layers;

  /// What the tensor is made from by layout operations: a parameter, a constant,
  /// or null if neither.
  Operation *root = nullptr;

  /// Without a root, what is there instead.
  std::string whyNoRoot;

  Value getWeight() const { return LinearOp(layers.front()).getWeight(); }

  /// The parameter's name; without a parameter the first layer's name.
  std::string getWeightName() const;
};

/// The groups of `layers`, in the order of their first layers.
SmallVector<WeightGroup> groupLayersByWeight(ArrayRef<LinearOp> layers);

/// The groups of all linear layers inside `scope`.
SmallVector<WeightGroup> groupLayersByWeight(Operation *scope);

/// The layer's name, else its weight's, else "".
StringRef getLayerName(LinearOp layer);

/// The name of the function around `op`, or "".
StringRef getFunctionName(Operation *op);

/// An attribute or a location as text, for remarks and reports. Never give it the
/// values of a weight.
template <typename T> std::string printToString(T object) {
  std::string text;
  llvm::raw_string_ostream(text) << object;
  return text;
}

/// Keeps the layer dense: sets its structure to `#structlin.dense` with the
/// reason, and says so in a missed remark of the category `pass`.
void keepDense(LinearOp layer, StringRef pass, const Twine &reason);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_WEIGHTGROUPS_H
