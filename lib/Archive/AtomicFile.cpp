//===- AtomicFile.cpp - files that appear complete or not at all ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the system can, the file has no name until it is complete, so that even a
// process that is killed leaves nothing. Elsewhere it is LLVM's temporary file,
// which signals that can be caught remove.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/AtomicFile.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <unistd.h>

using namespace structlin;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

static Error errnoError(StringRef path) {
  return llvm::createFileError(path, llvm::errorCodeToError(llvm::errnoAsErrorCode()));
}

static std::string folderOf(StringRef path) {
  StringRef folder = llvm::sys::path::parent_path(path);
  return folder.empty() ? "." : folder.str();
}

//===----------------------------------------------------------------------===//
// Files without a name
//===----------------------------------------------------------------------===//

/// Where the system shows an open file under a name.
static std::string descriptorPath(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

/// A file without a name in `folder`; -1 where there are none.
static int openUnnamed(const std::string &folder) {
#ifdef O_TMPFILE
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (descriptor >= 0 && ::access(descriptorPath(descriptor).c_str(), F_OK) == 0)
    return descriptor;
  if (descriptor >= 0)
    ::close(descriptor);
#endif
  return -1;
}

/// Gives an unnamed file a name that no other file has; false with errno.
static bool link(int descriptor, StringRef path) {
  return ::linkat(AT_FDCWD, descriptorPath(descriptor).c_str(), AT_FDCWD, path.str().c_str(),
                  AT_SYMLINK_FOLLOW) == 0;
}

/// Gives an unnamed file the name `target`, taking it from a file that has it. That
/// needs another name in between, since a link replaces nothing.
static bool linkOver(int descriptor, StringRef target) {
  if (link(descriptor, target))
    return true;
  while (errno == EEXIST) {
    llvm::SmallString<128> name;
    fs::createUniquePath(target + ".tmp-%%%%%%%%", name, /*MakeAbsolute=*/false);
    if (!link(descriptor, name))
      continue;
    if (::rename(name.c_str(), target.str().c_str()) == 0)
      return true;
    int code = errno;
    ::unlink(name.c_str());
    errno = code;
    return false;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// AtomicFile
//===----------------------------------------------------------------------===//

AtomicFile::AtomicFile(std::string target, int descriptor, std::optional<fs::TempFile> temporary)
    : target(std::move(target)), fd(descriptor), temporary(std::move(temporary)) {}

AtomicFile::AtomicFile(AtomicFile &&other)
    : target(std::move(other.target)), fd(other.fd), temporary(std::move(other.temporary)) {
  other.temporary.reset();
  other.fd = -1;
}

AtomicFile::~AtomicFile() {
  if (temporary)
    llvm::consumeError(temporary->discard());
  else if (fd >= 0)
    ::close(fd);
}

Expected<AtomicFile> AtomicFile::create(StringRef path) {
  // A rename replaces anything; what is not a file keeps its place.
  if (fs::exists(path) && !fs::is_regular_file(path))
    return llvm::createFileError(path, llvm::createStringError("expected a regular file or none"));
  int descriptor = openUnnamed(folderOf(path));
  if (descriptor >= 0)
    return AtomicFile(path.str(), descriptor, std::nullopt);
  auto temporary = fs::TempFile::create(path + ".tmp-%%%%%%%%");
  if (!temporary)
    return llvm::createFileError(path, temporary.takeError());
  descriptor = temporary->FD;
  return AtomicFile(path.str(), descriptor, std::move(*temporary));
}

Error AtomicFile::resize(uint64_t size) {
  if (::ftruncate(fd, size) != 0)
    return errnoError(target);
  return Error::success();
}

Error AtomicFile::writeAt(uint64_t offset, ArrayRef<char> bytes) {
  while (!bytes.empty()) {
    // One call writes at most 2 GiB anyway.
    size_t size = std::min<size_t>(bytes.size(), size_t(1) << 30);
    ssize_t written = ::pwrite(fd, bytes.data(), size, offset);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errnoError(target);
    bytes = bytes.drop_front(written);
    offset += written;
  }
  return Error::success();
}

/// Makes a new name in `folder` survive a loss of power, where the system can.
static void syncFolder(const std::string &folder) {
  int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return;
  ::fsync(descriptor);
  ::close(descriptor);
}

Error AtomicFile::commit() {
  // The data comes before the name, after a loss of power too.
  if (::fsync(fd) != 0)
    return errnoError(target);
  if (temporary) {
    Error error = temporary->keep(target);
    temporary.reset();
    fd = -1;
    if (error)
      return llvm::createFileError(target, std::move(error));
  } else {
    bool linked = linkOver(fd, target);
    Error error = linked ? Error::success() : errnoError(target);
    ::close(std::exchange(fd, -1));
    if (error)
      return error;
  }
  syncFolder(folderOf(target));
  return Error::success();
}
