//===- JsonScanFuzzer.cpp - fuzz target of the JSON scan ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a text is valid JSON, what the scan says of it agrees with what the parser made
// of it; read member by member, an object is the same.
//
//===----------------------------------------------------------------------===//

#include "ArchiveFuzzUtil.h"
#include "JsonScan.h"

using namespace structlin;
using namespace structlin::fuzz;
using llvm::StringRef;
namespace json = llvm::json;

namespace {
struct Measure {
  unsigned depth = 0;
  size_t keys = 0;
  size_t numbers = 0;
};
} // namespace

static void measure(const json::Value &value, unsigned depth, Measure &result) {
  if (value.kind() == json::Value::Number)
    ++result.numbers;
  if (const json::Array *array = value.getAsArray()) {
    result.depth = std::max(result.depth, depth + 1);
    for (const json::Value &item : *array)
      measure(item, depth + 1, result);
  }
  if (const json::Object *object = value.getAsObject()) {
    result.depth = std::max(result.depth, depth + 1);
    for (const auto &[key, item] : *object) {
      ++result.keys;
      measure(item, depth + 1, result);
    }
  }
}

/// The text without its strings.
static std::string dropStrings(StringRef text) {
  std::string rest;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      inString = !inString;
    else if (!inString)
      rest += text[i];
    else if (text[i] == '\\')
      ++i;
  }
  return rest;
}

/// The object piece by piece, in nested levels at most `maxDepth`.
static std::optional<json::Object> parseMembers(StringRef text, unsigned maxDepth) {
  json::Object object;
  llvm::Error error =
      forEachJsonMember(text, "text", [&](StringRef key, StringRef value) -> llvm::Error {
        llvm::Expected<json::Value> parsed = parseJson(value, "value", maxDepth - 1);
        if (!parsed)
          return parsed.takeError();
        FUZZ_CHECK(object.try_emplace(key.str(), std::move(*parsed)).second);
        return llvm::Error::success();
      });
  if (!error)
    return object;
  FUZZ_CHECK(!llvm::toString(std::move(error)).empty());
  return std::nullopt;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef text(reinterpret_cast<const char *>(data), size);
  constexpr unsigned maxDepth = 16;
  JsonScan scan = scanJson(text);
  std::optional<std::string> otherNumber;
  llvm::Expected<json::Value> accepted = parseJson(text, "text", maxDepth, &otherNumber);
  bool isAccepted = succeeded(accepted);
  std::optional<json::Object> members = parseMembers(text, maxDepth);
  const json::Object *object = isAccepted ? accepted->getAsObject() : nullptr;
  FUZZ_CHECK(members.has_value() == (object && text.starts_with("{")));
  FUZZ_CHECK(!members || *members == *object);
  if (scan.depth > maxDepth) {
    FUZZ_CHECK(!isAccepted);
    return 0;
  }
  llvm::Expected<json::Value> value = json::parse(text);
  if (!succeeded(value)) {
    FUZZ_CHECK(!isAccepted);
    return 0;
  }
  FUZZ_CHECK(isAccepted == !scan.repeatedKey);
  Measure measured;
  measure(*value, 0, measured);
  std::string structure = dropStrings(text);
  // The parser keeps one of equal keys.
  size_t keys = StringRef(structure).count(':');
  FUZZ_CHECK((measured.keys < keys) == scan.repeatedKey.has_value());
  if (scan.repeatedKey)
    return 0;
  FUZZ_CHECK(measured.depth == scan.depth);
  FUZZ_CHECK(otherNumber.has_value() == scan.otherNumber.has_value());
  // Digits are in numbers alone, and these characters in no integer.
  bool hasOther = StringRef(structure).find_first_of(".+E") != StringRef::npos;
  FUZZ_CHECK(!hasOther || scan.otherNumber);
  FUZZ_CHECK(measured.numbers > 0 || !scan.otherNumber);
  return 0;
}
