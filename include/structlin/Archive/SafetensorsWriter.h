//===- SafetensorsWriter.h - writing a safetensors file piece by piece ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Streams tensors of any size into a safetensors file: names, types and shapes come
// first, the data later in pieces, and nothing is held in memory.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_SAFETENSORSWRITER_H
#define STRUCTLIN_ARCHIVE_SAFETENSORSWRITER_H

#include "structlin/Archive/AtomicFile.h"
#include "structlin/Archive/HostTensor.h"
#include "structlin/Archive/SafetensorsHeader.h"
#include "llvm/ADT/StringMap.h"

namespace structlin {

/// The file appears at finish() with all its data; a writer that is destroyed
/// before leaves nothing. Errors name the file and the tensor. Not thread-safe.
class SafetensorsWriter {
public:
  /// Lays out the file (see layOutSafetensors; the data starts at a multiple of
  /// 64 bytes) and writes its header. Names are distinct UTF-8 strings.
  static llvm::Expected<SafetensorsWriter> create(llvm::StringRef path,
                                                  llvm::ArrayRef<TensorDecl> tensors,
                                                  SafetensorsMetadata metadata = {});

  /// Writes a whole tensor, which must have the declared type and shape.
  llvm::Error write(llvm::StringRef name, const HostTensor &tensor);

  /// Writes `bytes` at byte `offset` of a tensor's data. Pieces come in any
  /// order; a byte that is written twice has its last value.
  llvm::Error writeAt(llvm::StringRef name, uint64_t offset, llvm::ArrayRef<char> bytes);

  /// Writes the next bytes in the order of declaration. A piece may not reach
  /// beyond the end of a tensor.
  llvm::Error append(llvm::ArrayRef<char> bytes);

  /// Checks that all the data is written and moves the file to its place.
  llvm::Error finish();

private:
  /// Written byte ranges of one tensor, disjoint and not adjacent: begin to end.
  using Coverage = std::map<uint64_t, uint64_t>;

  SafetensorsWriter(AtomicFile file, SafetensorsHeader header, uint64_t dataStart,
                    llvm::ArrayRef<TensorDecl> declared);

  llvm::Error writeEntry(size_t entry, uint64_t offset, llvm::ArrayRef<char> bytes);

  AtomicFile file;
  SafetensorsHeader header;
  uint64_t dataStart;
  llvm::StringMap<size_t> entryOfName;
  std::vector<Coverage> written;
  /// Entries in the order of declaration, and where append() goes on.
  std::vector<size_t> declaredOrder;
  size_t appendEntry = 0;
  uint64_t appendOffset = 0;
};

/// Writes named tensors to one file at once.
llvm::Error writeSafetensors(llvm::StringRef path,
                             llvm::ArrayRef<std::pair<std::string, HostTensor>> tensors,
                             SafetensorsMetadata metadata = {});

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_SAFETENSORSWRITER_H
