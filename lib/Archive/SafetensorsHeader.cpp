//===- SafetensorsHeader.cpp - header of the safetensors format -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A header comes from anywhere: everything about it is checked before any tensor is
// handed out, and what parses only by chance is refused.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/SafetensorsHeader.h"
#include "JsonScan.h"
#include "Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace structlin;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;
namespace json = llvm::json;

static constexpr StringRef metadataKey = "__metadata__";

static Error tensorError(StringRef name, const Twine &message) {
  return createStringError("tensor " + quote(name) + ": " + message);
}

static std::string printJson(const json::Value &value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  // Somebody else's value may be of any length.
  if (text.size() > 60)
    text = text.substr(0, 60) + "...";
  return text;
}

static Error parseMetadata(const json::Value &value, SafetensorsMetadata &metadata) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return createStringError("expected __metadata__ to be a map of strings, got " +
                             printJson(value));
  for (const auto &[key, item] : *object) {
    std::optional<StringRef> text = item.getAsString();
    if (!text)
      return createStringError("expected __metadata__ to be a map of strings, got " +
                               printJson(item) + " as " + quote(key));
    metadata[StringRef(key).str()] = text->str();
  }
  return Error::success();
}

static Error parseType(const json::Value *value, SafetensorsEntry &entry) {
  if (!value)
    return tensorError(entry.name, "expected the key 'dtype'");
  std::optional<StringRef> name = value->getAsString();
  if (!name)
    return tensorError(entry.name, "expected dtype to be a string, got " + printJson(*value));
  std::optional<ElementType> type = parseSafetensorsName(*name);
  if (!type) {
    auto names = llvm::map_range(allElementTypes(), safetensorsName);
    return tensorError(entry.name, "expected dtype to be one of " + llvm::join(names, ", ") +
                                       ", got " + quote(*name));
  }
  entry.type = *type;
  return Error::success();
}

static Error parseShape(const json::Value *value, SafetensorsEntry &entry) {
  if (!value)
    return tensorError(entry.name, "expected the key 'shape'");
  const json::Array *array = value->getAsArray();
  if (!array)
    return tensorError(entry.name, "expected shape to be an array, got " + printJson(*value));
  for (const json::Value &item : *array) {
    std::optional<int64_t> size = item.getAsInteger();
    if (!size || *size < 0)
      return tensorError(entry.name, "expected shape to hold sizes, got " + printJson(item));
    entry.shape.push_back(*size);
  }
  return Error::success();
}

static Error parseOffsets(const json::Value *value, SafetensorsEntry &entry) {
  if (!value)
    return tensorError(entry.name, "expected the key 'data_offsets'");
  const json::Array *array = value->getAsArray();
  std::optional<int64_t> begin, end;
  if (array && array->size() == 2) {
    begin = (*array)[0].getAsInteger();
    end = (*array)[1].getAsInteger();
  }
  if (!begin || !end || *begin < 0 || *end < *begin)
    return tensorError(entry.name,
                       "expected data_offsets to be [begin, end], got " + printJson(*value));
  entry.begin = *begin;
  entry.end = *end;
  return Error::success();
}

/// Reads one tensor; checks all that concerns it alone.
static Error parseEntry(const json::Value &value, uint64_t dataSize, SafetensorsEntry &entry) {
  const json::Object *object = value.getAsObject();
  if (!object)
    return tensorError(entry.name, "expected an object, got " + printJson(value));
  if (Error error = parseType(object->get("dtype"), entry))
    return error;
  if (Error error = parseShape(object->get("shape"), entry))
    return error;
  if (Error error = parseOffsets(object->get("data_offsets"), entry))
    return error;
  for (const auto &[key, ignored] : *object)
    if (StringRef(key) != "dtype" && StringRef(key) != "shape" && StringRef(key) != "data_offsets")
      return tensorError(entry.name, "unknown key " + quote(key));

  std::optional<int64_t> size = byteSizeOf(entry.type, entry.shape);
  if (!size)
    return tensorError(entry.name, "the size of the shape does not fit: " +
                                       formatType(entry.type, entry.shape));
  if (entry.end > dataSize)
    return tensorError(entry.name, "expected data_offsets within " + Twine(dataSize) +
                                       " bytes of data, got [" + Twine(entry.begin) + ", " +
                                       Twine(entry.end) + "]");
  if (entry.end - entry.begin != uint64_t(*size))
    return tensorError(entry.name, "expected " + Twine(*size) + " bytes of data for " +
                                       formatType(entry.type, entry.shape) + ", got " +
                                       Twine(entry.end - entry.begin));
  return Error::success();
}

/// Sorts the tensors by their data and checks that they cover it.
static Error checkCover(std::vector<SafetensorsEntry> &entries, uint64_t dataSize) {
  llvm::sort(entries, [](const SafetensorsEntry &a, const SafetensorsEntry &b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  uint64_t covered = 0;
  for (const auto &[i, entry] : llvm::enumerate(entries)) {
    if (entry.begin < covered)
      return tensorError(entry.name, "its data overlaps that of " + quote(entries[i - 1].name) +
                                         ": expected to begin at " + Twine(covered) + ", got " +
                                         Twine(entry.begin));
    if (entry.begin > covered)
      return tensorError(entry.name, "a gap is before its data: expected to begin at " +
                                         Twine(covered) + ", got " + Twine(entry.begin));
    covered = entry.end;
  }
  if (covered != dataSize)
    return createStringError("expected tensors to cover " + Twine(dataSize) +
                             " bytes of data, got " + Twine(covered));
  return Error::success();
}

Expected<SafetensorsHeader> structlin::parseSafetensorsHeader(StringRef text, uint64_t dataSize) {
  SafetensorsHeader header;
  auto parseMember = [&](StringRef key, StringRef text) -> Error {
    std::optional<std::string> otherNumber;
    Expected<json::Value> value = parseJson(text, "value", /*maxDepth=*/2, &otherNumber);
    if (key == metadataKey)
      return value ? parseMetadata(*value, header.metadata)
                   : createStringError(metadataKey + ": " + llvm::toString(value.takeError()));
    SafetensorsEntry entry;
    entry.name = key.str();
    if (!value)
      return tensorError(key, llvm::toString(value.takeError()));
    if (otherNumber)
      return tensorError(key, "expected integers, got " + *otherNumber);
    if (Error error = parseEntry(*value, dataSize, entry))
      return error;
    header.entries.push_back(std::move(entry));
    return Error::success();
  };
  if (Error error = forEachJsonMember(text, "header", parseMember))
    return std::move(error);
  if (Error error = checkCover(header.entries, dataSize))
    return std::move(error);
  return header;
}

static Error checkDecl(const TensorDecl &tensor) {
  if (!json::isUTF8(tensor.name))
    return tensorError(tensor.name, "expected a UTF-8 name");
  if (tensor.name == metadataKey)
    return tensorError(tensor.name, "the name is reserved");
  if (!byteSizeOf(tensor.type, tensor.shape))
    return tensorError(tensor.name, "the shape has a negative size or does not fit: " +
                                        formatType(tensor.type, tensor.shape));
  return Error::success();
}

Expected<SafetensorsHeader> structlin::layOutSafetensors(ArrayRef<TensorDecl> tensors,
                                                         SafetensorsMetadata metadata) {
  SafetensorsHeader header;
  for (const auto &[key, text] : metadata)
    if (!json::isUTF8(key) || !json::isUTF8(text))
      return createStringError("expected metadata in UTF-8, got " + quote(key));
  header.metadata = std::move(metadata);
  llvm::StringSet<> names;
  for (const TensorDecl &tensor : tensors) {
    if (Error error = checkDecl(tensor))
      return std::move(error);
    if (!names.insert(tensor.name).second)
      return tensorError(tensor.name, "declared twice");
  }

  uint64_t offset = 0;
  for (unsigned alignment : {64, 8, 4, 2, 1})
    for (const TensorDecl &tensor : tensors) {
      uint64_t size = *byteSizeOf(tensor.type, tensor.shape);
      if ((size % 64 == 0 ? 64 : byteSize(tensor.type)) != alignment)
        continue;
      header.entries.push_back({tensor, offset, offset + size});
      offset += size;
      if (offset > uint64_t(INT64_MAX))
        return tensorError(tensor.name, "the tensors together do not fit into a file");
    }
  return header;
}

Expected<std::string> structlin::printSafetensorsHeader(const SafetensorsHeader &header) {
  std::string text(sizeof(uint64_t), '\0');
  {
    llvm::raw_string_ostream stream(text);
    json::OStream out(stream);
    out.object([&] {
      if (!header.metadata.empty())
        out.attributeObject(metadataKey, [&] {
          for (const auto &[key, value] : header.metadata)
            out.attribute(key, value);
        });
      for (const SafetensorsEntry &entry : header.entries)
        out.attributeObject(entry.name, [&] {
          out.attribute("dtype", safetensorsName(entry.type));
          out.attribute("shape", json::Array(entry.shape));
          out.attribute("data_offsets", json::Array{entry.begin, entry.end});
        });
    });
  }
  text.resize(llvm::alignTo(text.size(), 64), ' ');
  uint64_t length = text.size() - sizeof(uint64_t);
  if (length > maxSafetensorsHeaderSize)
    return createStringError("expected a header of at most " + Twine(maxSafetensorsHeaderSize) +
                             " bytes, got " + Twine(length));
  llvm::support::endian::write64le(text.data(), length);
  return text;
}
