//===- Quote.cpp - somebody else's names in messages ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Control characters could move a terminal's cursor or end a line of a log.
//
//===----------------------------------------------------------------------===//

#include "Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace structlin;
using llvm::StringRef;

/// The longest start of valid UTF-8 that has at most `size` bytes.
static StringRef takeUTF8(StringRef text, size_t size) {
  if (text.size() <= size)
    return text;
  // A byte 10xxxxxx continues a character.
  while (size > 0 && (text[size] & 0xc0) == 0x80)
    --size;
  return text.take_front(size);
}

std::string structlin::quote(StringRef name) {
  constexpr size_t maxSize = 200;
  std::string valid = llvm::json::isUTF8(name) ? name.str() : llvm::json::fixUTF8(name);
  StringRef shown = takeUTF8(valid, maxSize);
  std::string text = "'";
  for (char c : shown) {
    if (c == '\\')
      text += "\\\\";
    else if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (uint8_t(c) < 0x20 || c == 0x7f)
      text += "\\u00" + llvm::utohexstr(uint8_t(c), /*LowerCase=*/true, /*Width=*/2);
    else
      text += c;
  }
  return text + (shown.size() < valid.size() ? "...'" : "'");
}
