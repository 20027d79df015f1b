//===- Elements.h - elements of tensors as bits ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packing moves elements by their size alone; positions it reads as integers.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_PACK_ELEMENTS_H
#define STRUCTLIN_LIB_PACK_ELEMENTS_H

#include "structlin/Pack/Pack.h"
#include "llvm/Support/ErrorHandling.h"
#include <cstring>

namespace structlin::pack {

/// Calls body with a value of an unsigned type of `size` bytes.
template <typename Body> auto withWord(unsigned size, Body body) {
  switch (size) {
  case 1:
    return body(uint8_t());
  case 2:
    return body(uint16_t());
  case 4:
    return body(uint32_t());
  case 8:
    return body(uint64_t());
  }
  llvm_unreachable("no element has this size");
}

/// Element `index` of memory of any alignment.
template <typename Word> Word load(const char *data, int64_t index) {
  Word word;
  std::memcpy(&word, data + index * sizeof(Word), sizeof(Word));
  return word;
}
template <typename Word> void store(char *data, int64_t index, Word word) {
  std::memcpy(data + index * sizeof(Word), &word, sizeof(Word));
}

/// A signed integer of a tensor.
inline int64_t loadIndex(const HostTensor &tensor, int64_t index) {
  const char *data = tensor.bytes().data();
  switch (byteSize(tensor.type())) {
  case 1:
    return load<int8_t>(data, index);
  case 2:
    return load<int16_t>(data, index);
  case 4:
    return load<int32_t>(data, index);
  default:
    return load<int64_t>(data, index);
  }
}
inline void storeIndex(llvm::MutableArrayRef<char> bytes, ElementType type, int64_t index,
                       int64_t value) {
  // The low bytes of a number are those of the same number in a wider type.
  withWord(byteSize(type), [&](auto word) {
    store<decltype(word)>(bytes.data(), index, static_cast<decltype(word)>(value));
  });
}

/// Hands bytes to a sink, in order and in pieces worth a call.
class Stream {
public:
  Stream(unsigned tensor, PackSink sink) : tensor(tensor), sink(sink) {}

  llvm::Error append(llvm::ArrayRef<char> bytes) {
    pending.insert(pending.end(), bytes.begin(), bytes.end());
    return pending.size() < pieceSize ? llvm::Error::success() : flush();
  }
  llvm::Error flush() {
    if (pending.empty())
      return llvm::Error::success();
    llvm::Error error = sink(tensor, offset, pending);
    offset += pending.size();
    pending.clear();
    return error;
  }

private:
  static constexpr size_t pieceSize = 1 << 20;

  unsigned tensor;
  PackSink sink;
  uint64_t offset = 0;
  std::vector<char> pending;
};

} // namespace structlin::pack

#endif // STRUCTLIN_LIB_PACK_ELEMENTS_H
