//===- Safetensors.h - reading safetensors files --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory-mapped safetensors files, one by one or as the shards of a model.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_SAFETENSORS_H
#define STRUCTLIN_ARCHIVE_SAFETENSORS_H

#include "structlin/Archive/HostTensor.h"
#include "structlin/Archive/SafetensorsHeader.h"
#include "llvm/ADT/StringMap.h"

namespace structlin {

/// One mapped file. Copies share the mapping, and so do the tensors it gives.
class SafetensorsFile {
public:
  /// Maps the file and checks its header completely. Errors name the file.
  static llvm::Expected<SafetensorsFile> open(llvm::StringRef path);

  llvm::StringRef path() const;

  /// The tensors in the order of their data.
  llvm::ArrayRef<SafetensorsEntry> entries() const;
  const SafetensorsMetadata &metadata() const;

  /// The entry of that name, or null.
  const SafetensorsEntry *find(llvm::StringRef name) const;

  /// Aliases the mapped data of an entry of this file.
  HostTensor tensor(const SafetensorsEntry &entry) const;

private:
  struct Contents;
  explicit SafetensorsFile(std::shared_ptr<const Contents> contents)
      : contents(std::move(contents)) {}

  std::shared_ptr<const Contents> contents;
};

/// The safetensors files of a model, seen as one map from names to tensors.
class SafetensorsModel {
public:
  /// Opens a .safetensors file, an index (.safetensors.index.json, whose
  /// weight_map says which file beside it holds a tensor), or a directory: its
  /// index if it has one, otherwise all its .safetensors files, none included.
  /// A tensor that two files hold, or that is not where the index says, is an
  /// error.
  static llvm::Expected<SafetensorsModel> open(llvm::StringRef path);

  /// All names, sorted.
  std::vector<llvm::StringRef> names() const;
  llvm::ArrayRef<SafetensorsFile> files() const { return shards; }

  struct Location {
    const SafetensorsFile *file;
    const SafetensorsEntry *entry;
  };
  /// Where the tensor of that name is, or none.
  std::optional<Location> find(llvm::StringRef name) const;

private:
  llvm::Error addFile(llvm::StringRef path);
  llvm::Error addIndex(llvm::StringRef path);
  llvm::Error addDirectory(llvm::StringRef path);

  std::vector<SafetensorsFile> shards;
  llvm::StringMap<size_t> shardOfName;
};

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_SAFETENSORS_H
