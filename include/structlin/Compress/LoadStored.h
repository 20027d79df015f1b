//===- LoadStored.h - already compressed weights to factors ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a fit is for a dense weight, loading is for a weight that a checkpoint has
// in compressed form: the structure and the factors, without any arithmetic on
// them (docs/Spec.md, "Stored formats").
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_LOADSTORED_H
#define STRUCTLIN_COMPRESS_LOADSTORED_H

#include "structlin/Compress/FittableStructure.h"
#include "structlin/Compress/ParameterReader.h"
#include "structlin/Compress/WeightGroups.h"

namespace mlir::structlin {

struct LoadedWeight {
  /// Resolved; `#structlin.dense` with a reason where the tensors have no structure.
  StructureAttrInterface structure;
  /// In the operand order of the structure's operation.
  SmallVector<FittedFactor> factors;
  /// For a weight that stays dense and is not stored under its parameter's name:
  /// its value, in the parameter's shape.
  std::optional<HostTensor> dense;
};

/// Reads the tensors that `stored` names for the layers of `group`. What is missing,
/// of another shape or type, not finite or not of the expected structure is
/// diagnosed at the layer, with the tensor's name and a note at the recipe's entry.
FailureOr<LoadedWeight> loadStoredWeight(const WeightGroup &group, StoredAttr stored,
                                         ParameterReader &reader);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_LOADSTORED_H
