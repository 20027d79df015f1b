//===- MappedFile.h - read-only files in memory ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: the owner that tensors of a file keep alive.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_ARCHIVE_MAPPEDFILE_H
#define STRUCTLIN_LIB_ARCHIVE_MAPPEDFILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace structlin {

using MappedFile = std::shared_ptr<const llvm::MemoryBuffer>;

/// Maps a file (small ones are read). Errors name it.
inline llvm::Expected<MappedFile> mapFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createFileError(path, buffer.getError());
  return MappedFile(std::move(*buffer));
}

/// Whether the file's memory is its pages, not a copy.
inline bool isMapped(const MappedFile &file) {
  return file->getBufferKind() == llvm::MemoryBuffer::MemoryBuffer_MMap;
}

} // namespace structlin

#endif // STRUCTLIN_LIB_ARCHIVE_MAPPEDFILE_H
