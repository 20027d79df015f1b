//===- ParameterCopies.cpp - weights that are in no cache -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParameterCopies.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>
#include <unistd.h>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ElementType;
using ::structlin::HostTensor;

static int64_t getLastCacheBytes() {
  for (int level : {_SC_LEVEL3_CACHE_SIZE, _SC_LEVEL2_CACHE_SIZE})
    if (long size = sysconf(level); size > 0)
      return size;
  constexpr int64_t usual = int64_t(32) << 20;
  return usual;
}

ParameterCopies::ParameterCopies(bool hot) : bytes(hot ? 0 : 4 * getLastCacheBytes()) {}

void ParameterCopies::fill(const HostTensor &parameters) {
  if (current && current->bytes() == parameters.bytes())
    return;
  current = parameters;
  size = parameters.bytes().size();
  next = 0;
  stride = llvm::alignTo(size, HostTensor::bufferAlignment);
  count = bytes == 0 || size == 0 ? 0 : llvm::divideCeil(bytes, stride);
  // Memory that was used once has its pages.
  if (count != 0 && (!memory || memory->numElements() < count * stride))
    memory = HostTensor::allocate(ElementType::I8, {bytes + stride});
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(memory->mutableBytes().data() + i * stride, parameters.bytes().data(), size);
}

CallArgument ParameterCopies::getNext() {
  if (count == 0)
    return CallArgument::buffer(*current);
  next = next + 1 < count ? next + 1 : 0;
  return CallArgument::buffer(memory->mutableBytes().data() + next * stride, {size});
}
