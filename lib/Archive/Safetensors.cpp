//===- Safetensors.cpp - reading safetensors files ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The header is checked once, when a file is opened; giving a tensor afterwards
// cannot fail.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/Safetensors.h"
#include "JsonScan.h"
#include "MappedFile.h"
#include "Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
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
namespace json = llvm::json;
namespace path = llvm::sys::path;

struct SafetensorsFile::Contents {
  std::string path;
  MappedFile file;
  SafetensorsHeader header;
  llvm::StringMap<size_t> entryOfName;
  StringRef data;
};

/// What a file is that begins like one of another format, for the error; else "".
static StringRef nameOtherFormat(StringRef file) {
  const std::pair<StringRef, StringRef> formats[] = {
      {"PK\3\4", "a zip archive, as torch.save and numpy.savez write it"},
      {"\x80", "a pickle, as torch.save wrote it before version 1.6"},
      {"\x93NUMPY", "a .npy file"},
      {"GGUF", "a GGUF file"},
      {"\x89HDF", "an HDF5 file"},
      {"{", "JSON text"},
  };
  for (const auto &[start, name] : formats)
    if (file.starts_with(start))
      return name;
  return "";
}

/// Splits a file into the header's text and the data.
static Error splitFile(StringRef file, StringRef &headerText, StringRef &data) {
  constexpr size_t prefix = sizeof(uint64_t);
  if (file.size() < prefix)
    return createStringError("expected a header length of 8 bytes, got a file of " +
                             Twine(file.size()));
  uint64_t length = llvm::support::endian::read64le(file.data());
  // As a length, the first bytes of all those formats are larger than any header.
  if (StringRef other = nameOtherFormat(file); length > maxSafetensorsHeaderSize && !other.empty())
    return createStringError("expected a safetensors file, got " + other);
  if (length > maxSafetensorsHeaderSize)
    return createStringError("expected a header of at most " + Twine(maxSafetensorsHeaderSize) +
                             " bytes, got " + Twine(length));
  if (length > file.size() - prefix)
    return createStringError("expected a header of " + Twine(length) + " bytes, got " +
                             Twine(file.size() - prefix) + " to the end of the file");
  headerText = file.substr(prefix, length);
  data = file.drop_front(prefix + length);
  return Error::success();
}

Expected<SafetensorsFile> SafetensorsFile::open(StringRef path) {
  Expected<MappedFile> file = mapFile(path);
  if (!file)
    return file.takeError();
  auto contents = std::make_shared<Contents>();
  contents->path = path.str();
  contents->file = *file;
  StringRef headerText;
  if (Error error = splitFile((*file)->getBuffer(), headerText, contents->data))
    return createFileError(path, std::move(error));
  Expected<SafetensorsHeader> header = parseSafetensorsHeader(headerText, contents->data.size());
  if (!header)
    return createFileError(path, header.takeError());
  contents->header = std::move(*header);
  for (const auto &[i, entry] : llvm::enumerate(contents->header.entries))
    contents->entryOfName[entry.name] = i;
  return SafetensorsFile(std::move(contents));
}

StringRef SafetensorsFile::path() const { return contents->path; }
ArrayRef<SafetensorsEntry> SafetensorsFile::entries() const { return contents->header.entries; }
const SafetensorsMetadata &SafetensorsFile::metadata() const { return contents->header.metadata; }

const SafetensorsEntry *SafetensorsFile::find(StringRef name) const {
  auto found = contents->entryOfName.find(name);
  return found == contents->entryOfName.end() ? nullptr : &contents->header.entries[found->second];
}

HostTensor SafetensorsFile::tensor(const SafetensorsEntry &entry) const {
  StringRef bytes = contents->data.slice(entry.begin, entry.end);
  return HostTensor::alias(entry.type, entry.shape, {bytes.data(), bytes.size()}, contents,
                           isMapped(contents->file));
}

Error SafetensorsModel::addFile(StringRef path) {
  Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  for (const SafetensorsEntry &entry : file->entries()) {
    auto [known, isNew] = shardOfName.try_emplace(entry.name, shards.size());
    if (!isNew)
      return createFileError(path,
                             createStringError("tensor " + quote(entry.name) + " is also in '" +
                                               shards[known->second].path() + "'"));
  }
  shards.push_back(std::move(*file));
  return Error::success();
}

namespace {
struct Index {
  /// The file of each tensor.
  std::map<std::string, std::string> fileOfName;
  /// What is a string in the index's metadata.
  SafetensorsMetadata metadata;
};
} // namespace

static Expected<Index> parseIndex(StringRef text) {
  Expected<json::Value> value = parseJson(text, "index", /*maxDepth=*/16);
  if (!value)
    return value.takeError();
  const json::Object *object = value->getAsObject();
  const json::Object *weightMap = object ? object->getObject("weight_map") : nullptr;
  if (!weightMap)
    return createStringError("malformed index: expected an object with the object 'weight_map'");
  Index index;
  if (const json::Object *metadata = object->getObject("metadata"))
    for (const auto &[key, item] : *metadata)
      if (std::optional<StringRef> string = item.getAsString())
        index.metadata[StringRef(key).str()] = string->str();
  for (const auto &[key, item] : *weightMap) {
    std::optional<StringRef> file = item.getAsString();
    // Files of a model lie beside its index, not anywhere on the machine.
    if (!file || file->empty() || path::filename(*file) != *file || *file == "..")
      return createStringError("malformed index: expected the name of a file beside it for "
                               "tensor " +
                               quote(key) + (file ? ", got " + quote(*file) : ""));
    index.fileOfName[StringRef(key).str()] = file->str();
  }
  return index;
}

Error SafetensorsModel::addIndex(StringRef indexPath) {
  Expected<MappedFile> file = mapFile(indexPath);
  if (!file)
    return file.takeError();
  Expected<Index> index = parseIndex((*file)->getBuffer());
  if (!index)
    return createFileError(indexPath, index.takeError());
  indexMetadata = std::move(index->metadata);
  std::map<std::string, size_t> shardOfFile;
  for (const auto &[name, fileName] : index->fileOfName) {
    auto [shard, isNew] = shardOfFile.try_emplace(fileName, shards.size());
    if (isNew) {
      llvm::SmallString<128> shardPath = path::parent_path(indexPath);
      path::append(shardPath, fileName);
      Expected<SafetensorsFile> opened = SafetensorsFile::open(shardPath);
      if (!opened)
        return opened.takeError();
      shards.push_back(std::move(*opened));
    }
    if (!shards[shard->second].find(name))
      return createFileError(indexPath,
                             createStringError("expected tensor " + quote(name) + " in " +
                                               quote(fileName) + ", which does not have it"));
    shardOfName[name] = shard->second;
  }
  // A file that holds what the index says another one does: which values are meant?
  for (const auto &[i, shard] : llvm::enumerate(shards))
    for (const SafetensorsEntry &entry : shard.entries()) {
      auto named = shardOfName.find(entry.name);
      if (named != shardOfName.end() && named->second != i)
        return createFileError(shard.path(),
                               createStringError("tensor " + quote(entry.name) + " is also in '" +
                                                 shards[named->second].path() +
                                                 "', where the index has it"));
    }
  return Error::success();
}

static constexpr StringRef fileSuffix = ".safetensors";
static constexpr StringRef indexSuffix = ".safetensors.index.json";

Error SafetensorsModel::addDirectory(StringRef directory) {
  std::vector<std::string> files, indices;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(directory, code), end; it != end && !code;
       it.increment(code)) {
    if (StringRef(it->path()).ends_with(indexSuffix))
      indices.push_back(it->path());
    else if (StringRef(it->path()).ends_with(fileSuffix))
      files.push_back(it->path());
  }
  if (code)
    return createFileError(directory, code);
  llvm::sort(files);
  llvm::sort(indices);
  // An index names the files of the model; others may hold it once more.
  auto model = llvm::find_if(indices, [](StringRef index) {
    return path::filename(index) == "model.safetensors.index.json";
  });
  if (model != indices.end())
    return addIndex(*model);
  if (indices.size() > 1)
    return createFileError(directory, createStringError("expected one safetensors index, got '" +
                                                        path::filename(indices[0]) + "' and '" +
                                                        path::filename(indices[1]) + "'"));
  if (!indices.empty())
    return addIndex(indices.front());
  for (const std::string &file : files)
    if (Error error = addFile(file))
      return error;
  return Error::success();
}

Error SafetensorsModel::addAliases(const SafetensorsMetadata &metadata) {
  for (const auto &[name, target] : metadata) {
    // Metadata is free text: only what names a tensor speaks of one.
    if (!shardOfName.contains(target) || shardOfName.contains(name))
      continue;
    auto [alias, isNew] = aliases.try_emplace(name, target);
    if (!isNew && alias->second != target)
      return createStringError("the metadata map " + quote(name) + " to two tensors, " +
                               quote(alias->second) + " and " + quote(target));
  }
  return Error::success();
}

Expected<SafetensorsModel> SafetensorsModel::open(StringRef path) {
  SafetensorsModel model;
  Error error = llvm::sys::fs::is_directory(path) ? model.addDirectory(path)
                : path.ends_with(".json")         ? model.addIndex(path)
                                                  : model.addFile(path);
  if (error)
    return std::move(error);
  // Only now is it known which tensors there are.
  error = model.addAliases(model.indexMetadata);
  for (const SafetensorsFile &file : model.shards)
    if (!error)
      error = model.addAliases(file.metadata());
  if (error)
    return createFileError(path, std::move(error));
  return model;
}

std::vector<StringRef> SafetensorsModel::names() const {
  std::vector<StringRef> names(shardOfName.keys().begin(), shardOfName.keys().end());
  llvm::sort(names);
  return names;
}

std::optional<SafetensorsModel::Location> SafetensorsModel::find(StringRef name) const {
  if (auto alias = aliases.find(name); alias != aliases.end())
    name = alias->second;
  auto shard = shardOfName.find(name);
  if (shard == shardOfName.end())
    return std::nullopt;
  const SafetensorsFile &file = shards[shard->second];
  return Location{&file, file.find(name)};
}
