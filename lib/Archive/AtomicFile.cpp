//===- AtomicFile.cpp - files that appear complete or not at all ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Positioned writes to LLVM's temporary file, which signals remove too.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/AtomicFile.h"
#include "llvm/Support/Errno.h"
#include <unistd.h>

using namespace structlin;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

AtomicFile::AtomicFile(std::string target, llvm::sys::fs::TempFile temporary)
    : target(std::move(target)), temporary(std::move(temporary)) {}

AtomicFile::AtomicFile(AtomicFile &&other)
    : target(std::move(other.target)), temporary(std::move(other.temporary)) {
  other.temporary.reset();
}

AtomicFile::~AtomicFile() {
  if (temporary)
    llvm::consumeError(temporary->discard());
}

static Error errnoError(StringRef path) {
  return llvm::createFileError(path, llvm::errorCodeToError(llvm::errnoAsErrorCode()));
}

Expected<AtomicFile> AtomicFile::create(StringRef path) {
  // A rename replaces anything; what is not a file keeps its place.
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path))
    return llvm::createFileError(path, llvm::createStringError("expected a regular file or none"));
  auto temporary = llvm::sys::fs::TempFile::create(path + ".tmp-%%%%%%%%");
  if (!temporary)
    return llvm::createFileError(path, temporary.takeError());
  return AtomicFile(path.str(), std::move(*temporary));
}

Error AtomicFile::resize(uint64_t size) {
  if (::ftruncate(temporary->FD, size) != 0)
    return errnoError(target);
  return Error::success();
}

Error AtomicFile::writeAt(uint64_t offset, ArrayRef<char> bytes) {
  while (!bytes.empty()) {
    // One call writes at most 2 GiB anyway.
    size_t size = std::min<size_t>(bytes.size(), size_t(1) << 30);
    ssize_t written = ::pwrite(temporary->FD, bytes.data(), size, offset);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errnoError(target);
    bytes = bytes.drop_front(written);
    offset += written;
  }
  return Error::success();
}

Error AtomicFile::commit() {
  Error error = temporary->keep(target);
  temporary.reset();
  if (error)
    return llvm::createFileError(target, std::move(error));
  return Error::success();
}
