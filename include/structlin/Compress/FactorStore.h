//===- FactorStore.h - where fitted factors go ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Factors either become inline values of their parameters, or go to a new
// parameter archive together with the parameters that stay.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_FACTORSTORE_H
#define STRUCTLIN_COMPRESS_FACTORSTORE_H

#include "structlin/Compress/FittableStructure.h"
#include "structlin/Compress/ParameterReader.h"
#include "structlin/Compress/PartialFits.h"

namespace mlir::structlin {

class FactorStore {
public:
  virtual ~FactorStore() = default;

  /// The fit that an earlier run finished for the same archive, if it has that key.
  virtual std::optional<MeasuredFit> recall(Location, const FitKey &) { return std::nullopt; }

  /// Keeps a fit for later runs, should this one end early. The factors may come
  /// back from a file.
  virtual FailureOr<MeasuredFit> remember(Location, const FitKey &, MeasuredFit fit) { return fit; }

  /// Takes the tensor of the parameter `name`. Returns the inline value that the
  /// parameter should have, null if none. Errors are diagnosed at `location`.
  virtual FailureOr<ElementsAttr> add(Location location, StringRef name,
                                      const HostTensor &tensor) = 0;

  /// Takes note of a weight that became factors: `weight` is the prefix of their
  /// names. There is no error where there was no dense weight to compare with.
  virtual void describe(StringRef weight, StringRef structure, std::optional<double> error) = 0;

  /// Called when all factors are in and the operations are rewritten. `progress` is
  /// told the bytes that are written and all that there are.
  virtual LogicalResult finish(Operation *module, ParameterReader &reader,
                               function_ref<void(int64_t done, int64_t total)> progress) = 0;
};

/// Factors become inline values.
std::unique_ptr<FactorStore> createInlineFactorStore();

/// Factors go to the safetensors file `path`, which appears at finish() and also
/// gets the other parameters of the module; inline values are removed. Until then
/// each fit is in a file of the folder `<path>.partial` (see PartialFits): they need
/// not fit in memory, and a later run goes on from there. Diagnosed at `location`:
/// the folder cannot be made, or another process is writing the archive.
FailureOr<std::unique_ptr<FactorStore>> createArchiveFactorStore(StringRef path, Location location);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_FACTORSTORE_H
