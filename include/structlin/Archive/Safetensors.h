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
  /// Opens a .safetensors file, an index (*.json, whose weight_map says which
  /// file beside it holds a tensor), or a directory: its index
  /// (*.safetensors.index.json) if it has one, otherwise all its .safetensors files, none included.
  /// A tensor that two files hold, or that is not where the index says, is an
  /// error; so is an alias of two tensors.
  static llvm::Expected<SafetensorsModel> open(llvm::StringRef path);

  /// The names of all tensors, sorted, without aliases.
  std::vector<llvm::StringRef> names() const;
  llvm::ArrayRef<SafetensorsFile> files() const { return shards; }

  struct Location {
    const SafetensorsFile *file;
    const SafetensorsEntry *entry;
  };
  /// Where the tensor of that name is, or none. Tied weights are stored once: the
  /// metadata of a file or an index may map another name to the tensor's, as
  /// safetensors.torch.save_model writes it. The entry has the tensor's own name.
  std::optional<Location> find(llvm::StringRef name) const;

private:
  llvm::Error addFile(llvm::StringRef path);
  llvm::Error addAliases(const SafetensorsMetadata &metadata);
  llvm::Error addIndex(llvm::StringRef path);
  llvm::Error addDirectory(llvm::StringRef path);

  std::vector<SafetensorsFile> shards;
  llvm::StringMap<size_t> shardOfName;
  /// Of other names of tensors: the tensor's own.
  llvm::StringMap<std::string> aliases;
  SafetensorsMetadata indexMetadata;
};

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_SAFETENSORS_H
