//===- SafetensorsHeader.h - header of the safetensors format -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A safetensors file is an 8-byte little-endian length, a JSON header of that
// length, and the tensors' data without gaps. The header maps each tensor's name to
// its dtype, shape and data_offsets [begin, end) in the data, and "__metadata__" to
// a map of strings.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_SAFETENSORSHEADER_H
#define STRUCTLIN_ARCHIVE_SAFETENSORSHEADER_H

#include "structlin/Archive/ElementType.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace structlin {

/// Name, type and shape of a tensor in an archive.
struct TensorDecl {
  std::string name;
  ElementType type;
  llvm::SmallVector<int64_t, 4> shape;
};

/// A tensor and its bytes [begin, end), counted from the start of the data.
struct SafetensorsEntry : TensorDecl {
  uint64_t begin = 0;
  uint64_t end = 0;
};

using SafetensorsMetadata = std::map<std::string, std::string>;

struct SafetensorsHeader {
  /// In the order of the data.
  std::vector<SafetensorsEntry> entries;
  SafetensorsMetadata metadata;
};

/// Largest header in bytes that readers of the format accept.
constexpr uint64_t maxSafetensorsHeaderSize = 100'000'000;

/// Reads and checks the JSON text of a header for `dataSize` bytes of data. The
/// tensors must cover the data exactly: no overlap, no gap. Errors say what is
/// wrong with which tensor; the caller adds the file.
llvm::Expected<SafetensorsHeader> parseSafetensorsHeader(llvm::StringRef json, uint64_t dataSize);

/// Assigns data offsets to `tensors`; the entries come in the order of the data.
/// First those whose size is a multiple of 64 bytes, then the others by falling
/// element size, each group in the given order, so that in data at a multiple of
/// 64 every tensor is aligned for its elements and almost all to 64.
llvm::Expected<SafetensorsHeader> layOutSafetensors(llvm::ArrayRef<TensorDecl> tensors,
                                                    SafetensorsMetadata metadata);

/// Length prefix and JSON text, padded with spaces to a multiple of 64 bytes.
llvm::Expected<std::string> printSafetensorsHeader(const SafetensorsHeader &header);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_SAFETENSORSHEADER_H
