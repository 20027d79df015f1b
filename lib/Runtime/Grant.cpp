//===- Grant.cpp - threads shared out among the kernels of a process ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grant.h"
#include <algorithm>

using namespace structlin::runtime;

static constexpr uint64_t kOneKernel = uint64_t(1) << 32;

int32_t Grants::take(int32_t wanted, int32_t capacity) {
  uint64_t before = state.load(std::memory_order_relaxed);
  while (true) {
    auto kernels = static_cast<int32_t>(before / kOneKernel) + 1;
    auto busy = static_cast<int32_t>(before % kOneKernel);
    int32_t granted = std::max(1, std::min({wanted, capacity / kernels, capacity - busy}));
    if (state.compare_exchange_weak(before, before + kOneKernel + granted,
                                    std::memory_order_relaxed))
      return granted;
  }
}

void Grants::giveBack(int32_t granted) {
  state.fetch_sub(kOneKernel + granted, std::memory_order_relaxed);
}
