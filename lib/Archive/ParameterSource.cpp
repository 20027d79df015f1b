//===- ParameterSource.cpp - where a model's parameters come from ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters from files, and the choice of a source from a command-line argument.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/ParameterSource.h"
#include "Quote.h"
#include "structlin/Archive/Npy.h"
#include "structlin/Archive/Safetensors.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <map>

using namespace structlin;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

ParameterSource::~ParameterSource() = default;

/// The up to three names closest to `name`, the closest first.
static std::vector<std::string> closestNames(StringRef name, std::vector<std::string> names) {
  std::vector<std::pair<unsigned, std::string>> ranked;
  for (std::string &known : names)
    ranked.emplace_back(name.edit_distance(known), std::move(known));
  size_t count = std::min<size_t>(ranked.size(), 3);
  std::partial_sort(ranked.begin(), ranked.begin() + count, ranked.end());
  std::vector<std::string> closest;
  for (size_t i = 0; i < count; ++i)
    closest.push_back(quote(ranked[i].second));
  return closest;
}

namespace {
class FileParameters : public ParameterSource {
public:
  static Expected<std::unique_ptr<ParameterSource>> open(StringRef path);

  Expected<HostTensor> lookup(StringRef name, ElementType expectedType,
                              ArrayRef<int64_t> expectedShape) override;
  Expected<HostTensor> read(StringRef name) override;
  std::string storedName(StringRef name) const override;
  std::vector<std::string> names() const override;

private:
  FileParameters(StringRef path, SafetensorsModel model)
      : path(path.str()), model(std::move(model)) {}

  Error addNpyFiles();
  Error noParameter(StringRef name) const;

  std::string path;
  SafetensorsModel model;
  /// Path of the .npy file of each name that has one.
  std::map<std::string, std::string> npyFiles;
};
} // namespace

Error FileParameters::addNpyFiles() {
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(path, code), end; it != end && !code;
       it.increment(code)) {
    StringRef name = llvm::sys::path::filename(it->path());
    if (!name.consume_back(".npy"))
      continue;
    if (auto location = model.find(name))
      return createFileError(it->path(),
                             createStringError("parameter " + quote(name) + " is also in '" +
                                               location->file->path() + "'"));
    npyFiles[name.str()] = it->path();
  }
  return code ? createFileError(path, code) : Error::success();
}

Expected<std::unique_ptr<ParameterSource>> FileParameters::open(StringRef path) {
  Expected<SafetensorsModel> model = SafetensorsModel::open(path);
  if (!model)
    return model.takeError();
  std::unique_ptr<FileParameters> source(new FileParameters(path, std::move(*model)));
  if (llvm::sys::fs::is_directory(path))
    if (Error error = source->addNpyFiles())
      return std::move(error);
  return source;
}

std::vector<std::string> FileParameters::names() const {
  std::vector<std::string> names;
  for (StringRef name : model.names())
    names.push_back(name.str());
  for (const auto &[name, file] : npyFiles)
    names.push_back(name);
  llvm::sort(names);
  return names;
}

std::string FileParameters::storedName(StringRef name) const {
  auto location = model.find(name);
  return location ? location->entry->name : name.str();
}

Expected<HostTensor> FileParameters::lookup(StringRef name, ElementType expectedType,
                                            ArrayRef<int64_t> expectedShape) {
  auto check = [&](StringRef file, HostTensor tensor) -> Expected<HostTensor> {
    auto makeError = [&](const Twine &message) {
      return createFileError(file, createStringError("parameter " + quote(name) + ": " + message));
    };
    if (tensor.type() != expectedType || tensor.shape() != expectedShape)
      return makeError("expected " + formatType(expectedType, expectedShape) + ", got " +
                       formatType(tensor.type(), tensor.shape()));
    if (Error error = checkBooleans(tensor))
      return makeError(llvm::toString(std::move(error)));
    return tensor;
  };
  if (auto location = model.find(name))
    return check(location->file->path(), location->file->tensor(*location->entry));
  if (auto npy = npyFiles.find(name.str()); npy != npyFiles.end()) {
    Expected<HostTensor> tensor = readNpy(npy->second, expectedType);
    if (!tensor)
      return tensor.takeError();
    return check(npy->second, std::move(*tensor));
  }
  return noParameter(name);
}

Expected<HostTensor> FileParameters::read(StringRef name) {
  if (auto location = model.find(name)) {
    HostTensor tensor = location->file->tensor(*location->entry);
    if (Error error = checkBooleans(tensor))
      return createFileError(
          location->file->path(),
          createStringError("parameter " + quote(name) + ": " + llvm::toString(std::move(error))));
    return tensor;
  }
  if (auto npy = npyFiles.find(name.str()); npy != npyFiles.end())
    // Two opaque bytes are what NumPy makes of bf16.
    return readNpy(npy->second, ElementType::BF16);
  return noParameter(name);
}

Error FileParameters::noParameter(StringRef name) const {
  std::vector<std::string> closest = closestNames(name, names());
  return createFileError(
      path, createStringError("no parameter " + quote(name) +
                              (closest.empty()
                                   ? ": it holds none"
                                   : ", the closest names are " + llvm::join(closest, ", "))));
}

Expected<std::unique_ptr<ParameterSource>> structlin::openParameterFiles(StringRef path) {
  return FileParameters::open(path);
}

Expected<std::unique_ptr<ParameterSource>> structlin::openParameterSource(StringRef spec) {
  StringRef seedText = spec;
  if (!seedText.consume_front("random:"))
    return openParameterFiles(spec);
  uint64_t seed;
  if (seedText.getAsInteger(10, seed))
    return createStringError("expected random:SEED with a decimal seed, got '" + spec + "'");
  return createRandomParameters(seed);
}
