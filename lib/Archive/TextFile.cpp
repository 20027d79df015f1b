//===- TextFile.cpp - text files that appear whole or not at all ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One write to an AtomicFile.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/TextFile.h"
#include "structlin/Archive/AtomicFile.h"

llvm::Error structlin::writeTextFile(llvm::StringRef path, llvm::StringRef text) {
  llvm::Expected<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.takeError();
  if (llvm::Error error = file->resize(text.size()))
    return error;
  if (llvm::Error error = file->writeAt(0, {text.data(), text.size()}))
    return error;
  return file->commit();
}
