//===- HostTensor.cpp - a tensor in host memory ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ownership of the data lies in one shared pointer, whatever kind of memory it is.
//
//===----------------------------------------------------------------------===//

#include "structlin/Archive/HostTensor.h"
#include "structlin/Archive/Convert.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemAlloc.h"
#include "llvm/Support/Process.h"
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

using namespace structlin;
using llvm::ArrayRef;
using llvm::MutableArrayRef;

HostTensor::HostTensor(ElementType type, ArrayRef<int64_t> shape, ArrayRef<char> bytes,
                       std::shared_ptr<const void> owner, bool writable, bool mapped)
    : elementType(type), writable(writable), mapped(mapped), sizes(shape), data(bytes),
      owner(std::move(owner)) {
  assert(byteSizeOf(type, shape) == int64_t(bytes.size()) && "expected as many bytes as the shape");
}

HostTensor HostTensor::allocate(ElementType type, ArrayRef<int64_t> shape) {
  std::optional<int64_t> size = byteSizeOf(type, shape);
  if (!size)
    llvm::report_fatal_error("tensor size does not fit");
  // An empty tensor too gets an address, which callees may pass on.
  size_t capacity = std::max<size_t>(*size, 1);
  // Aligned here: glibc before 2.38 does not reuse freed memory for the next aligned
  // block of the same size, and a loop over the weights of a model would grow.
  void *block = llvm::safe_malloc(capacity + bufferAlignment - 1);
  auto *memory = reinterpret_cast<char *>(llvm::alignAddr(block, llvm::Align(bufferAlignment)));
  std::shared_ptr<const void> owner(
      block, [](const void *pointer) { std::free(const_cast<void *>(pointer)); });
  return HostTensor(type, shape, {memory, size_t(*size)}, std::move(owner), /*writable=*/true);
}

HostTensor HostTensor::copyOf(ElementType type, ArrayRef<int64_t> shape, ArrayRef<char> bytes) {
  HostTensor result = allocate(type, shape);
  assert(bytes.size() == result.data.size() && "expected as many bytes as the shape");
  if (!bytes.empty())
    std::memcpy(result.mutableBytes().data(), bytes.data(), bytes.size());
  return result;
}

HostTensor HostTensor::alias(ElementType type, ArrayRef<int64_t> shape, ArrayRef<char> bytes,
                             std::shared_ptr<const void> owner, bool isMapped) {
  return HostTensor(type, shape, bytes, std::move(owner), /*writable=*/false, isMapped);
}

void HostTensor::releasePages() const {
  if (!mapped)
    return;
  // Whole pages inside: the neighbours at the edges may be in use. Memory that
  // is no file would lose its data, hence the flag.
  uintptr_t page = llvm::sys::Process::getPageSizeEstimate();
  uintptr_t begin = llvm::alignTo(reinterpret_cast<uintptr_t>(data.data()), page);
  uintptr_t end = llvm::alignDown(reinterpret_cast<uintptr_t>(data.end()), page);
  if (begin < end)
    ::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
}

HostTensor HostTensor::fromDoubles(ElementType type, ArrayRef<int64_t> shape,
                                   ArrayRef<double> values) {
  HostTensor result = allocate(type, shape);
  convertFromDouble(values, type, result.mutableBytes());
  return result;
}

MutableArrayRef<char> HostTensor::mutableBytes() {
  assert(writable && "expected a tensor with memory of its own");
  return {const_cast<char *>(data.data()), data.size()};
}

HostTensor HostTensor::aligned(size_t alignment) const {
  if (alignment == 0)
    alignment = byteSize(elementType);
  assert(alignment <= bufferAlignment && "expected an alignment that a buffer has");
  return isAligned(alignment) ? *this : copyOf(elementType, sizes, data);
}

std::vector<double> HostTensor::toDoubles() const {
  std::vector<double> values(numElements());
  convertToDouble(data, elementType, values);
  return values;
}

std::vector<float> HostTensor::toFloats() const {
  std::vector<float> values(numElements());
  convertToFloat(data, elementType, values);
  return values;
}

HostTensor HostTensor::reshaped(ArrayRef<int64_t> shape) const {
  return HostTensor(elementType, shape, data, owner, writable, mapped);
}

llvm::Error structlin::checkBooleans(const HostTensor &tensor) {
  if (tensor.type() != ElementType::I1)
    return llvm::Error::success();
  ArrayRef<char> bytes = tensor.bytes();
  const char *found = llvm::find_if(bytes, [](char byte) { return uint8_t(byte) > 1; });
  if (found == bytes.end())
    return llvm::Error::success();
  return llvm::createStringError("expected booleans to be 0 or 1, got " +
                                 llvm::Twine(unsigned(uint8_t(*found))) + " at position " +
                                 llvm::Twine(found - bytes.begin()));
}
