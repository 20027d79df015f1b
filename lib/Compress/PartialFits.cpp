//===- PartialFits.cpp - finished fits of an unfinished archive -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One safetensors file per fit. Its metadata hold the key, the error and a hash of
// the factors; its name is a hash of weight and structure, so that a fit with other
// values or options takes its place.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/PartialFits.h"
#include "structlin/Archive/Safetensors.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "structlin/Compress/WeightGroups.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::SafetensorsEntry;
using ::structlin::SafetensorsFile;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr StringLiteral kExtension = ".safetensors";
static constexpr StringLiteral kLockName = "lock";
static constexpr StringLiteral kLooseName = "loose-tensor";
static constexpr int kLockAttempts = 1000;

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

bool FitKey::operator==(const FitKey &other) const {
  return weight == other.weight && structure == other.structure && values == other.values &&
         settings == other.settings;
}

static std::string hashOf(ArrayRef<char> bytes) {
  llvm::XXH128_hash_t hash =
      llvm::xxh3_128bits(ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
  return llvm::formatv("{0:x-16}{1:x-16}", hash.high64, hash.low64);
}

/// Tells builds of this library apart, by the file that it was loaded from: a new
/// build may fit differently.
static std::string identifyBuild() {
  Dl_info info;
  fs::file_status status;
  if (!dladdr(reinterpret_cast<const void *>(&identifyBuild), &info) ||
      fs::status(info.dli_fname, status))
    return STRUCTLIN_VERSION;
  return llvm::formatv("{0}-{1}-{2}", STRUCTLIN_VERSION, status.getSize(),
                       status.getLastModificationTime().time_since_epoch().count());
}

FitKey mlir::structlin::makeFitKey(StringRef weightName, StructureAttrInterface structure,
                                   const HostTensor &weight, const FitSettings &settings) {
  static const std::string build = identifyBuild();
  FitKey key;
  key.weight = weightName;
  key.structure = printToString(structure);
  key.values =
      ::structlin::formatType(weight.type(), weight.shape()) + " " + hashOf(weight.bytes());
  key.settings = llvm::formatv("seed={0} sweeps={1} restarts={2} oats-iterations={3} "
                               "flop-limit={4:e17} build={5}",
                               settings.seed, settings.sweeps, settings.restarts,
                               settings.oatsIterations, settings.flopLimit, build);
  return key;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// The value of `name`, or "".
static std::string lookUp(const SafetensorsFile &file, const char *name) {
  auto it = file.metadata().find(name);
  return it == file.metadata().end() ? std::string() : it->second;
}

static FitKey readKey(const SafetensorsFile &file) {
  return {lookUp(file, "weight"), lookUp(file, "structure"), lookUp(file, "values"),
          lookUp(file, "settings")};
}

/// A hash of all factors, in their order.
static std::string hashOf(ArrayRef<FittedFactor> factors) {
  std::string hashes;
  for (const FittedFactor &factor : factors)
    hashes += factor.name + hashOf(factor.tensor.bytes());
  return hashOf(hashes);
}

/// The fit in a file; fails if the file is damaged.
static FailureOr<MeasuredFit> readFit(const SafetensorsFile &file) {
  MeasuredFit fit;
  std::string factors = lookUp(file, "factors");
  SmallVector<StringRef> names;
  StringRef(factors).split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef name : names) {
    const SafetensorsEntry *entry = file.find(name);
    if (!entry)
      return failure();
    fit.fitted.factors.push_back({name.str(), file.tensor(*entry)});
  }
  fit.fitted.note = lookUp(file, "note");
  if (StringRef(lookUp(file, "error")).getAsDouble(fit.error) ||
      lookUp(file, "hash") != hashOf(fit.fitted.factors))
    return failure();
  for (const FittedFactor &factor : fit.fitted.factors)
    factor.tensor.releasePages();
  return fit;
}

std::string PartialFits::fileOf(const FitKey &key) const {
  SmallString<128> file(folder);
  path::append(file, hashOf(key.weight + "\n" + key.structure) + kExtension);
  return file.str().str();
}

void PartialFits::scan() {
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code)) {
    // Of a run that was killed at that instant.
    if (path::filename(it->path()).starts_with(kLooseName))
      fs::remove(it->path());
    if (path::extension(it->path()) != kExtension)
      continue;
    isEmpty = false;
    if (llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(it->path())) {
      FitKey key = readKey(*file);
      keysOfWeight[key.weight].push_back(std::move(key));
      ++found;
    } else {
      // find() meets it again under the weight that it is asked for.
      llvm::consumeError(file.takeError());
    }
  }
}

std::optional<MeasuredFit> PartialFits::find(const FitKey &key, std::string &why) {
  std::string name = fileOf(key);
  if (!fs::exists(name)) {
    if (keysOfWeight.contains(key.weight))
      why = "has another structure";
    return std::nullopt;
  }
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(name);
  if (!file) {
    llvm::consumeError(file.takeError());
    why = "is damaged";
    return std::nullopt;
  }
  FitKey there = readKey(*file);
  if (!(there == key)) {
    why = there.values != key.values ? "is of other values" : "was made with other options";
    return std::nullopt;
  }
  FailureOr<MeasuredFit> fit = readFit(*file);
  if (succeeded(fit))
    return std::move(*fit);
  why = "is damaged";
  return std::nullopt;
}

llvm::Expected<MeasuredFit> PartialFits::add(const FitKey &key, const MeasuredFit &fit) {
  SmallVector<StringRef> names;
  std::vector<std::pair<std::string, HostTensor>> tensors;
  for (const FittedFactor &factor : fit.fitted.factors) {
    names.push_back(factor.name);
    tensors.emplace_back(factor.name, factor.tensor);
  }
  // 17 digits after the first one give every double back.
  ::structlin::SafetensorsMetadata metadata{{"weight", key.weight},
                                            {"structure", key.structure},
                                            {"values", key.values},
                                            {"settings", key.settings},
                                            {"factors", llvm::join(names, ",")},
                                            {"error", llvm::formatv("{0:e17}", fit.error)},
                                            {"note", fit.fitted.note},
                                            {"hash", hashOf(fit.fitted.factors)}};
  std::string name = fileOf(key);
  if (llvm::Error error = ::structlin::writeSafetensors(name, tensors, std::move(metadata)))
    return std::move(error);
  isEmpty = false;
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(name);
  if (!file)
    return file.takeError();
  FailureOr<MeasuredFit> again = readFit(*file);
  if (failed(again))
    return llvm::createFileError(name, llvm::createStringError("expected the fit just written, got "
                                                               "a damaged file"));
  return std::move(*again);
}

llvm::Expected<HostTensor> PartialFits::moveToDisk(const HostTensor &tensor) {
  SmallString<128> name(folder);
  path::append(name, kLooseName);
  if (llvm::Error error = ::structlin::writeSafetensors(name, {{"tensor", tensor}}))
    return std::move(error);
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(name);
  // Mapped, it needs no name any more.
  fs::remove(name);
  if (!file)
    return file.takeError();
  HostTensor mapped = file->tensor(file->entries().front());
  mapped.releasePages();
  return mapped;
}

//===----------------------------------------------------------------------===//
// The folder
//===----------------------------------------------------------------------===//

static llvm::Error errnoError(StringRef path) {
  return llvm::createFileError(path, llvm::errorCodeToError(llvm::errnoAsErrorCode()));
}

/// Opens the lock file of `folder` and locks it. The system undoes it when the
/// process ends, however it ends.
static llvm::Expected<int> lockFolder(StringRef folder, StringRef archive) {
  SmallString<128> name(folder);
  path::append(name, kLockName);
  for (int attempt = 1;; ++attempt) {
    if (std::error_code error = fs::create_directories(folder))
      return llvm::createFileError(folder, error);
    int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      // Whoever had the folder may remove it at this moment. Not every time: it may
      // also be a link to nothing.
      if (errno == ENOENT && attempt < kLockAttempts)
        continue;
      return errnoError(name);
    }
    bool isLocked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    struct stat locked, named;
    // The file that was locked must still be the one of that name.
    if (isLocked && ::fstat(descriptor, &locked) == 0 && ::stat(name.c_str(), &named) == 0 &&
        locked.st_ino == named.st_ino)
      return descriptor;
    int code = errno;
    ::close(descriptor);
    if (!isLocked && code == EWOULDBLOCK)
      return llvm::createFileError(
          archive,
          llvm::createStringError("another process is writing it (it holds '" + name + "')"));
    if (!isLocked)
      return llvm::createFileError(name, std::error_code(code, std::generic_category()));
  }
}

llvm::Expected<std::unique_ptr<PartialFits>> PartialFits::open(StringRef archive) {
  StringRef parent = path::parent_path(archive);
  if (!parent.empty() && !fs::is_directory(parent))
    return llvm::createFileError(archive,
                                 std::make_error_code(std::errc::no_such_file_or_directory));
  if (fs::exists(archive) && !fs::is_regular_file(archive))
    return llvm::createFileError(archive,
                                 llvm::createStringError("expected a regular file or none"));
  std::string folder = (archive + ".partial").str();
  llvm::Expected<int> lock = lockFolder(folder, archive);
  if (!lock)
    return lock.takeError();
  std::unique_ptr<PartialFits> fits(new PartialFits(folder, *lock));
  fits->scan();
  return std::move(fits);
}

void PartialFits::remove() {
  std::error_code code;
  SmallVector<std::string> files;
  for (fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code))
    // Half-written files of systems where they have names included, but nothing that
    // somebody else put there.
    if (StringRef name = path::filename(it->path()); name.ends_with(kExtension) ||
                                                     name.contains((kExtension + ".tmp-").str()) ||
                                                     name.starts_with(kLooseName))
      files.push_back(it->path());
  for (const std::string &file : files)
    fs::remove(file);
  isEmpty = true;
}

PartialFits::~PartialFits() {
  if (isEmpty) {
    SmallString<128> name(folder);
    path::append(name, kLockName);
    fs::remove(name);
    // Stays where it is not empty.
    ::rmdir(folder.c_str());
  }
  ::close(lock);
}
