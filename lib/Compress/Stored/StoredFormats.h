//===- StoredFormats.h - the loaders of the stored formats ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per format, called by loadStoredWeight.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_STORED_STOREDFORMATS_H
#define STRUCTLIN_LIB_COMPRESS_STORED_STOREDFORMATS_H

#include "StoredTensors.h"

namespace mlir::structlin {

FailureOr<LoadedWeight> loadLowRank(const StoredTensors &tensors);
FailureOr<LoadedWeight> loadBlast(const StoredTensors &tensors);
FailureOr<LoadedWeight> loadSparse(const StoredTensors &tensors);
FailureOr<LoadedWeight> loadMasked(const StoredTensors &tensors);
FailureOr<LoadedWeight> loadOats(const StoredTensors &tensors);
FailureOr<LoadedWeight> loadPeft(const StoredTensors &tensors);

/// `structure`, if it fits the weight's shape and is what the recipe expects.
FailureOr<LoadedWeight> finishLoading(const StoredTensors &tensors,
                                      StructureAttrInterface structure,
                                      SmallVector<FittedFactor> factors);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_COMPRESS_STORED_STOREDFORMATS_H
