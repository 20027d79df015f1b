//===- JsonScan.cpp - what a JSON parser does not say ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outside strings, JSON's structure is in its brackets and colons.
//
//===----------------------------------------------------------------------===//

#include "JsonScan.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include <vector>

using namespace structlin;
using llvm::StringRef;

/// The string literal that starts `text`, with its quotes.
static StringRef takeString(StringRef text) {
  size_t end = 1;
  while (end < text.size() && text[end] != '"')
    end += text[end] == '\\' ? 2 : 1;
  return text.take_front(end + 1);
}

/// The value of a string literal: two spellings can be the same key.
static std::string unescape(StringRef literal) {
  if (!literal.contains('\\'))
    return literal.drop_front().drop_back().str();
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(literal);
  if (!value) {
    llvm::consumeError(value.takeError());
    return literal.str();
  }
  return value->getAsString().value_or(literal).str();
}

JsonScan structlin::scanJson(StringRef text) {
  JsonScan scan;
  // Beyond any depth a caller allows, keys are of no interest.
  constexpr unsigned maxTracked = 16;
  std::vector<llvm::StringSet<>> keys;
  unsigned depth = 0;
  while (!text.empty()) {
    char c = text.front();
    if (c != '"') {
      text = text.drop_front();
      if (c == '{' || c == '[') {
        scan.depth = std::max(scan.depth, ++depth);
        if (depth <= maxTracked)
          keys.emplace_back();
      } else if ((c == '}' || c == ']') && depth > 0) {
        if (depth-- <= maxTracked)
          keys.pop_back();
      }
      continue;
    }
    StringRef literal = takeString(text);
    text = text.drop_front(literal.size());
    bool isKey = text.ltrim().starts_with(":");
    if (!isKey || scan.repeatedKey || keys.empty() || depth > maxTracked)
      continue;
    std::string key = unescape(literal);
    if (!keys.back().insert(key).second)
      scan.repeatedKey = key;
  }
  return scan;
}

llvm::Expected<llvm::json::Value> structlin::parseJson(llvm::StringRef text, llvm::StringRef what,
                                                       unsigned maxDepth) {
  std::string prefix = ("malformed " + what + ": ").str();
  JsonScan scan = scanJson(text);
  if (scan.depth > maxDepth)
    return llvm::createStringError(prefix + "expected at most " + llvm::Twine(maxDepth) +
                                   " nested levels, got " + llvm::Twine(scan.depth));
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return llvm::createStringError(prefix + llvm::toString(value.takeError()));
  if (scan.repeatedKey)
    return llvm::createStringError(prefix + "the name '" + *scan.repeatedKey + "' appears twice");
  return value;
}
