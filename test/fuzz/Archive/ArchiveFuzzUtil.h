//===- ArchiveFuzzUtil.h - what the fuzz targets share --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Properties that stop a fuzzer, and files for readers that take paths.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_FUZZ_ARCHIVE_ARCHIVEFUZZUTIL_H
#define STRUCTLIN_TEST_FUZZ_ARCHIVE_ARCHIVEFUZZUTIL_H

#include "structlin/Archive/HostTensor.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace structlin::fuzz {

/// Ends the fuzzer, which keeps the input, unless `holds`.
inline void check(bool holds, const char *property) {
  if (holds)
    return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

#define FUZZ_CHECK(condition) ::structlin::fuzz::check(condition, #condition)

/// Whether `value` is there; an error becomes its message, which has to say something.
template <typename T> bool succeeded(llvm::Expected<T> &value) {
  if (value)
    return true;
  FUZZ_CHECK(!llvm::toString(value.takeError()).empty());
  return false;
}

/// A file in memory, under a path.
class MemoryFile {
public:
  MemoryFile() : descriptor(::memfd_create("fuzz", 0)) { FUZZ_CHECK(descriptor >= 0); }
  ~MemoryFile() { ::close(descriptor); }

  /// Replaces the contents; returns the path.
  std::string put(llvm::StringRef contents) {
    FUZZ_CHECK(::ftruncate(descriptor, 0) == 0);
    FUZZ_CHECK(::pwrite(descriptor, contents.data(), contents.size(), 0) ==
               ssize_t(contents.size()));
    return "/proc/self/fd/" + std::to_string(descriptor);
  }

private:
  int descriptor;
};

/// A folder that goes away with the process; in memory where the system has one there,
/// which is an order of magnitude faster.
class Folder {
public:
  Folder() {
    if (llvm::sys::fs::createUniqueDirectory("/dev/shm/structlin-fuzz", folder))
      FUZZ_CHECK(!llvm::sys::fs::createUniqueDirectory("structlin-fuzz", folder));
  }
  ~Folder() { llvm::sys::fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) const { return (folder + "/" + name).str(); }

private:
  llvm::SmallString<128> folder;
};

inline bool isSame(const HostTensor &a, const HostTensor &b) {
  return a.type() == b.type() && a.shape() == b.shape() && a.bytes() == b.bytes();
}

} // namespace structlin::fuzz

#endif // STRUCTLIN_TEST_FUZZ_ARCHIVE_ARCHIVEFUZZUTIL_H
