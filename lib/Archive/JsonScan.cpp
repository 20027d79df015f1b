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
    scan.otherNumber = number.str();
}

void Scanner::scanString() {
  StringRef literal = takeString(text);
  text = text.drop_front(literal.size());
  bool isKey = text.ltrim().starts_with(":");
  if (!isKey)
    return;
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

llvm::Expected<llvm::json::Value> structlin::parseJson(StringRef text, StringRef what,
                                                       unsigned maxDepth,
                                                       std::optional<std::string> *otherNumber) {
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

/// The text of the value at the start of `text`: up to the comma or bracket that ends it.
static StringRef takeValue(StringRef text) {
  unsigned depth = 0;
  size_t size = 0;
  while (size < text.size()) {
    char c = text[size];
    if (c == '"') {
      size += takeString(text.substr(size)).size();
      continue;
    }
    bool closes = c == '}' || c == ']';
    if (depth == 0 && (closes || c == ','))
      break;
    if (closes)
      --depth;
    else if (c == '{' || c == '[')
      ++depth;
    ++size;
  }
  return text.take_front(size);
}

llvm::Error
structlin::forEachJsonMember(StringRef text, StringRef what,
                             llvm::function_ref<llvm::Error(StringRef, StringRef)> member) {
  constexpr StringRef space = " \t\r\n";
  StringRef rest = text;
  auto malformed = [&](const llvm::Twine &why) {
    return llvm::createStringError("malformed " + what + ": " + why);
  };
  auto expected = [&](const llvm::Twine &token) {
    return malformed("expected " + token + " at byte " + llvm::Twine(text.size() - rest.size()) +
                     ", got " + (rest.empty() ? "the end" : quote(rest.take_front())));
  };
  llvm::StringSet<> keys;
  if (!rest.consume_front("{"))
    return expected("'{'");
  rest = rest.ltrim(space);
  while (!rest.consume_front("}")) {
    if (!keys.empty() && !rest.consume_front(","))
      return expected("',' or '}'");
    rest = rest.ltrim(space);
    if (!rest.starts_with("\""))
      return expected("a name");
    StringRef literal = takeString(rest);
    llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(literal);
    if (!parsed)
      return malformed(llvm::toString(parsed.takeError()));
    StringRef key = parsed->getAsString().value_or("");
    rest = rest.drop_front(literal.size()).ltrim(space);
    if (!rest.consume_front(":"))
      return expected("':'");
    StringRef value = takeValue(rest);
    if (!keys.insert(key).second)
      return malformed("the name " + quote(key) + " appears twice");
    if (llvm::Error error = member(key, value.trim(space)))
      return error;
    rest = rest.drop_front(value.size());
  }
  rest = rest.ltrim(space);
  return rest.empty() ? llvm::Error::success() : expected("the end");
}
