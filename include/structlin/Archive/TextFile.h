//===- TextFile.h - text files that appear whole or not at all ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For reports and manifests.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_TEXTFILE_H
#define STRUCTLIN_ARCHIVE_TEXTFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace structlin {

/// Writes `text` to the file `path`, atomically (AtomicFile.h). The error names the
/// file.
llvm::Error writeTextFile(llvm::StringRef path, llvm::StringRef text);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_TEXTFILE_H
