//===- PartialFits.h - finished fits of an unfinished archive -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A model takes hours to fit. Each finished fit goes to a file of its own in the
// folder `<archive>.partial`, so that a run that ends early, however it ends, loses
// at most the fit it was at: the next one takes the others from there.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_PARTIALFITS_H
#define STRUCTLIN_COMPRESS_PARTIALFITS_H

#include "structlin/Compress/FitWeight.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace mlir::structlin {

/// Everything that the factors of a weight depend on, as text. Equal keys give the
/// same factors.
struct FitKey {
  /// The weight's name, and the structure with all its numbers.
  std::string weight, structure;
  /// Type, shape and a 128-bit hash of the data.
  std::string values;
  /// Options of the fit, its seed, and the build of this library.
  std::string settings;

  bool operator==(const FitKey &other) const;
};

FitKey makeFitKey(StringRef weightName, StructureAttrInterface structure, const HostTensor &weight,
                  const FitSettings &settings);

/// The folder is held by one process at a time. Errors name the file.
class PartialFits {
public:
  /// Opens or makes the folder of the archive `archive`. Errors: it cannot be made,
  /// or another process has it.
  static llvm::Expected<std::unique_ptr<PartialFits>> open(StringRef archive);

  /// Leaves the folder with its fits, or no folder where there are none.
  ~PartialFits();
  PartialFits(const PartialFits &) = delete;
  PartialFits &operator=(const PartialFits &) = delete;

  StringRef path() const { return folder; }
  /// The number of fits that were there at first.
  size_t getNumFound() const { return found; }

  /// The fit of that key, its factors mapped. None if there is none; `why` then says
  /// what is there instead of it, if anything is: a fit of the same weight with
  /// another key, or a file that is damaged.
  std::optional<MeasuredFit> find(const FitKey &key, std::string &why);

  /// Writes a fit to the folder, where it is complete when this returns; then its
  /// factors need no memory: the result has them mapped.
  llvm::Expected<MeasuredFit> add(const FitKey &key, const MeasuredFit &fit);

  /// `tensor`, moved out of memory to a file that goes away with it. For tensors that
  /// are not fits.
  llvm::Expected<HostTensor> moveToDisk(const HostTensor &tensor);

  /// Removes the folder: the archive holds everything.
  void remove();

private:
  PartialFits(std::string folder, int lock) : folder(std::move(folder)), lock(lock) {}

  void scan();
  std::string fileOf(const FitKey &key) const;

  std::string folder;
  /// The open lock file.
  int lock;
  size_t found = 0;
  bool isEmpty = true;
  /// The keys of the fits that are there, by weight.
  llvm::StringMap<SmallVector<FitKey, 1>> keysOfWeight;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_PARTIALFITS_H
