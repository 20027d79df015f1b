//===- Quote.h - somebody else's names in messages ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the library: names come from files, and a message goes to a terminal.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_ARCHIVE_QUOTE_H
#define STRUCTLIN_LIB_ARCHIVE_QUOTE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace structlin {

/// `name` in single quotes, with control characters and backslashes escaped as JSON
/// does it, bytes that are not UTF-8 replaced, and what is beyond 200 bytes cut off.
std::string quote(llvm::StringRef name);

} // namespace structlin

#endif // STRUCTLIN_LIB_ARCHIVE_QUOTE_H
