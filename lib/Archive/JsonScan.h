//===- JsonScan.h - what a JSON parser does not say -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: nesting depth, repeated keys and the spelling of numbers in
// a JSON text, found without recursion; parsing within these limits, also piece by piece.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H
#define STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace structlin {

struct JsonScan {
  /// Deepest nesting of objects and arrays.
  unsigned depth = 0;
  /// The first key that appears twice in one object, if the text is valid JSON.
  std::optional<std::string> repeatedKey;
  /// The first number that is not written as a JSON integer, if the text is valid JSON:
  /// 4.0, 1e3, 007. The parser reads the last two as 1000 and 7, and rounds what does
  /// not fit.
  std::optional<std::string> otherNumber;
};

/// Scans any text; it need not be valid JSON.
JsonScan scanJson(llvm::StringRef text);

/// Parses JSON of at most `maxDepth` (at most 16) nested levels without repeated keys:
/// JSON's own parser recurses without limit and keeps the last of equal keys. Errors
/// begin with "malformed `what`". `otherNumber`, if not null, becomes what the scan
/// found.
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef text, llvm::StringRef what,
                                            unsigned maxDepth,
                                            std::optional<std::string> *otherNumber = nullptr);

/// Calls `member` for each member of the JSON object `text`, in order, with its key and
/// the text of its value, which is for `member` to parse; stops at its first error. So
/// an object of many members is never in memory as a whole, where each takes kilobytes.
/// The text begins with "{". Errors of the object itself, a repeated key included, begin
/// with "malformed `what`".
llvm::Error
forEachJsonMember(llvm::StringRef text, llvm::StringRef what,
                  llvm::function_ref<llvm::Error(llvm::StringRef, llvm::StringRef)> member);

} // namespace structlin

#endif // STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H
