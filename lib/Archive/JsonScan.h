//===- JsonScan.h - what a JSON parser does not say -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: nesting depth, repeated keys and the spelling of numbers in
// a JSON text, found without recursion, and parsing within these limits.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H
#define STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace structlin {

struct JsonScan {
  /// A number that is not written as a JSON integer: 4.0, 1e3, 007.
  struct OtherNumber {
    std::string text;
    /// The key of the outermost object under which it stands.
    std::string key;
  };

  /// Deepest nesting of objects and arrays.
  unsigned depth = 0;
  /// The first key that appears twice in one object, if the text is valid JSON.
  std::optional<std::string> repeatedKey;
  /// The first such number, if the text is valid JSON. The parser reads 1e3 and 007 as
  /// the integers 1000 and 7, and rounds what does not fit.
  std::optional<OtherNumber> otherNumber;
};

/// Scans any text; it need not be valid JSON.
JsonScan scanJson(llvm::StringRef text);

/// Parses JSON of at most `maxDepth` (at most 16) nested levels without repeated keys:
/// JSON's own parser recurses without limit and keeps the last of equal keys. Errors
/// begin with "malformed `what`". `otherNumber`, if not null, becomes what the scan
/// found.
llvm::Expected<llvm::json::Value>
parseJson(llvm::StringRef text, llvm::StringRef what, unsigned maxDepth,
          std::optional<JsonScan::OtherNumber> *otherNumber = nullptr);

} // namespace structlin

#endif // STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H
