//===- JsonScan.h - what a JSON parser does not say -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: nesting depth and repeated keys of a JSON text, found
// without recursion, and parsing within these limits.
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
  /// Deepest nesting of objects and arrays.
  unsigned depth = 0;
  /// The first key that appears twice in one object, if the text is valid JSON.
  std::optional<std::string> repeatedKey;
};

/// Scans any text; it need not be valid JSON.
JsonScan scanJson(llvm::StringRef text);

/// Parses JSON of at most `maxDepth` nested levels without repeated keys: JSON's own
/// parser recurses without limit and keeps the last of equal keys. Errors begin with
/// "malformed `what`".
llvm::Expected<llvm::json::Value> parseJson(llvm::StringRef text, llvm::StringRef what,
                                            unsigned maxDepth);

} // namespace structlin

#endif // STRUCTLIN_LIB_ARCHIVE_JSONSCAN_H
