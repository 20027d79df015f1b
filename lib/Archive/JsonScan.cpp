//===- JsonScan.cpp - what a JSON parser does not say ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outside strings, JSON's structure is in its brackets and colons.
//
//===----------------------------------------------------------------------===//

#include "JsonScan.h"
#include "Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

/// The characters of numbers, in any order: what the parser takes as one.
static StringRef takeNumber(StringRef text) {
  return text.take_while([](char c) {
    return llvm::isDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  });
}

static bool isInteger(StringRef number) {
  number.consume_front("-");
  bool hasLeadingZero = number.size() > 1 && number.front() == '0';
  return !number.empty() && !hasLeadingZero && llvm::all_of(number, llvm::isDigit);
}

namespace {
/// Walks over a text from token to token.
class Scanner {
public:
  explicit Scanner(StringRef text) : text(text) {}

  JsonScan run();

private:
  void scanString();
  void scanNumber(StringRef number);
  void open();
  void close();

  StringRef text;
  JsonScan scan;
  unsigned depth = 0;
  /// The keys of each open object or array. Beyond any depth a caller allows, keys are
  /// of no interest.
  static constexpr unsigned maxTracked = 16;
  std::vector<llvm::StringSet<>> keys;
  StringRef outermostKey;
};
} // namespace

void Scanner::open() {
  scan.depth = std::max(scan.depth, ++depth);
  if (depth <= maxTracked)
    keys.emplace_back();
}

void Scanner::close() {
  if (depth > 0 && depth-- <= maxTracked)
    keys.pop_back();
}

void Scanner::scanNumber(StringRef number) {
  if (!scan.otherNumber && !isInteger(number))
    scan.otherNumber = {number.str(), outermostKey.empty() ? "" : unescape(outermostKey)};
}

void Scanner::scanString() {
  StringRef literal = takeString(text);
  text = text.drop_front(literal.size());
  bool isKey = text.ltrim().starts_with(":");
  if (!isKey)
    return;
  if (depth == 1)
    outermostKey = literal;
  if (scan.repeatedKey || keys.empty() || depth > maxTracked)
    return;
  std::string key = unescape(literal);
  if (!keys.back().insert(key).second)
    scan.repeatedKey = key;
}

JsonScan Scanner::run() {
  while (!text.empty()) {
    char c = text.front();
    if (c == '"') {
      scanString();
    } else if (StringRef number = takeNumber(text);
               !number.empty() && !llvm::isAlpha(number.front())) {
      scanNumber(number);
      text = text.drop_front(number.size());
    } else {
      text = text.drop_front();
      if (c == '{' || c == '[')
        open();
      else if (c == '}' || c == ']')
        close();
    }
  }
  return scan;
}

JsonScan structlin::scanJson(StringRef text) { return Scanner(text).run(); }

llvm::Expected<llvm::json::Value>
structlin::parseJson(StringRef text, StringRef what, unsigned maxDepth,
                     std::optional<JsonScan::OtherNumber> *otherNumber) {
  std::string prefix = ("malformed " + what + ": ").str();
  JsonScan scan = scanJson(text);
  if (scan.depth > maxDepth)
    return llvm::createStringError(prefix + "expected at most " + llvm::Twine(maxDepth) +
                                   " nested levels, got " + llvm::Twine(scan.depth));
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return llvm::createStringError(prefix + llvm::toString(value.takeError()));
  if (scan.repeatedKey)
    return llvm::createStringError(prefix + "the name " + quote(*scan.repeatedKey) +
                                   " appears twice");
  if (otherNumber)
    *otherNumber = scan.otherNumber;
  return value;
}
