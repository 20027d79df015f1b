//===- HostTensor.h - a tensor in host memory -----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dense, row-major tensor that either aliases memory of somebody else (a mapped
// file) or has its own. Data is never copied implicitly.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_ARCHIVE_HOSTTENSOR_H
#define STRUCTLIN_ARCHIVE_HOSTTENSOR_H

#include "structlin/Archive/ElementType.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cassert>
#include <memory>
#include <vector>

namespace structlin {

/// Copies of a HostTensor share their data and keep it alive.
class HostTensor {
public:
  /// Alignment in bytes of the memory that a tensor owns.
  static constexpr size_t bufferAlignment = 64;

  /// Memory of its own, not initialised. `shape` must have a size that fits
  /// (see byteSizeOf).
  static HostTensor allocate(ElementType type, llvm::ArrayRef<int64_t> shape);

  /// Memory of its own, a copy of `bytes`.
  static HostTensor copyOf(ElementType type, llvm::ArrayRef<int64_t> shape,
                           llvm::ArrayRef<char> bytes);

  /// Read-only view of `bytes`, which stay valid as long as `owner` lives. They
  /// may have any alignment. `isMapped` says that they are pages of a mapped file.
  static HostTensor alias(ElementType type, llvm::ArrayRef<int64_t> shape,
                          llvm::ArrayRef<char> bytes, std::shared_ptr<const void> owner,
                          bool isMapped = false);

  /// Memory of its own, with `values` narrowed as convertFromDouble does.
  static HostTensor fromDoubles(ElementType type, llvm::ArrayRef<int64_t> shape,
                                llvm::ArrayRef<double> values);

  ElementType type() const { return elementType; }
  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t rank() const { return sizes.size(); }
  int64_t dim(int64_t index) const { return sizes[index]; }
  int64_t numElements() const { return data.size() / byteSize(elementType); }

  llvm::ArrayRef<char> bytes() const { return data; }

  /// The bytes of a tensor with memory of its own (see isWritable).
  llvm::MutableArrayRef<char> mutableBytes();
  bool isWritable() const { return writable; }

  /// Whether the data is pages of a mapped file.
  bool isMapped() const { return mapped; }

  /// Gives the memory of a mapped file back to the system, so that a process that
  /// goes through a large file does not come to hold all of it. The data stays what
  /// it is and is read from the file again when it is used. Other tensors keep theirs.
  void releasePages() const;

  bool isAligned(size_t alignment) const {
    return reinterpret_cast<uintptr_t>(data.data()) % alignment == 0;
  }

  /// This tensor if its data is aligned to `alignment` (at most
  /// bufferAlignment; 0 means the size of an element), otherwise a copy.
  HostTensor aligned(size_t alignment = 0) const;

  /// The elements as C++ values of the same size. The data must be aligned for
  /// T, which aligned() provides.
  template <typename T> llvm::ArrayRef<T> as() const {
    assert(sizeof(T) == byteSize(elementType) && "expected a type of the element's size");
    assert(isAligned(alignof(T)) && "expected aligned data");
    return {reinterpret_cast<const T *>(data.data()), data.size() / sizeof(T)};
  }
  template <typename T> llvm::MutableArrayRef<T> mutableAs() {
    llvm::ArrayRef<T> elements = as<T>();
    assert(writable && "expected a tensor with memory of its own");
    return {const_cast<T *>(elements.data()), elements.size()};
  }

  /// The elements widened, in row-major order.
  std::vector<double> toDoubles() const;
  std::vector<float> toFloats() const;

  /// The same data under another shape with the same number of elements.
  HostTensor reshaped(llvm::ArrayRef<int64_t> shape) const;

private:
  HostTensor(ElementType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<char> bytes,
             std::shared_ptr<const void> owner, bool writable, bool mapped = false);

  ElementType elementType;
  bool writable;
  bool mapped;
  llvm::SmallVector<int64_t, 4> sizes;
  llvm::ArrayRef<char> data;
  std::shared_ptr<const void> owner;
};

/// Compiled code expects an I1 to be 0 or 1. The error gives the first other value.
llvm::Error checkBooleans(const HostTensor &tensor);

} // namespace structlin

#endif // STRUCTLIN_ARCHIVE_HOSTTENSOR_H
