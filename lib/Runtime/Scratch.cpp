//===- Scratch.cpp - memory that is kept from call to call ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scratch.h"
#include <cstdio>
#include <cstdlib>

using namespace structlin::runtime;

static constexpr size_t kAlignment = 64;

[[noreturn]] static void fail(const char *what, int64_t number) {
  std::fprintf(stderr, "structlin: %s %lld\n", what, static_cast<long long>(number));
  std::abort();
}

Scratch::~Scratch() {
  for (Piece &piece : pieces)
    std::free(piece.data);
}

int64_t Scratch::checked(int64_t slot) {
  if (slot < 0 || slot >= STRUCTLIN_MAX_SCRATCH)
    fail("a kernel asks for scratch memory number", slot);
  return slot;
}

void Scratch::grow(Piece &piece, int64_t size) {
  std::lock_guard<std::mutex> lock(growing);
  if (piece.size.load(std::memory_order_relaxed) >= size)
    return;
  // Nobody reads the old memory any more: what was asked for before ended at a barrier.
  std::free(piece.data);
  size_t rounded = (static_cast<size_t>(size) + kAlignment - 1) / kAlignment * kAlignment;
  piece.data = std::aligned_alloc(kAlignment, rounded);
  if (!piece.data)
    fail("out of memory for a kernel's scratch memory, bytes:", size);
  piece.size.store(static_cast<int64_t>(rounded), std::memory_order_release);
}
