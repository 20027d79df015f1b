//===- AtomicFile.h - files that appear complete or not at all ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output goes to a temporary file in the target's folder, which replaces the target
// on commit and goes away in every other case. On Linux that file has no name, and
// goes away however the process ends; only between the two steps that take the name
// of an older file does it have another one.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_ATOMICFILE_H
#define STRUCTLIN_ARCHIVE_ATOMICFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include <optional>
#include <string>

namespace structlin {

/// Every error names the target file.
class AtomicFile {
public:
  static llvm::Expected<AtomicFile> create(llvm::StringRef path);
  AtomicFile(AtomicFile &&other);
  AtomicFile &operator=(AtomicFile &&other) = delete;
  ~AtomicFile();

  /// Gives the file its size in bytes; what is not written reads as zero.
  llvm::Error resize(uint64_t size);
  llvm::Error writeAt(uint64_t offset, llvm::ArrayRef<char> bytes);

  /// Moves the file to its target, with its data on the disk before its name is.
  /// Nothing may be written afterwards.
  llvm::Error commit();

  /// For streams; they write to the file before commit() and do not close it.
  int descriptor() const { return fd; }

  llvm::StringRef path() const { return target; }

private:
  AtomicFile(std::string target, int descriptor, std::optional<llvm::sys::fs::TempFile> temporary);

  std::string target;
  int fd;
  /// The file where it must have a name.
  std::optional<llvm::sys::fs::TempFile> temporary;
};

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_ATOMICFILE_H
