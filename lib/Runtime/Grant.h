//===- Grant.h - threads shared out among the kernels of a process --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_RUNTIME_GRANT_H
#define STRUCTLIN_LIB_RUNTIME_GRANT_H

#include <atomic>
#include <cstdint>

namespace structlin::runtime {

/// Who runs kernels right now, and on how many threads.
class Grants {
public:
  /// From 1 to `wanted` threads: an equal share of the machine's `capacity`, and no more
  /// than others left of it. A kernel's own thread is always granted.
  int32_t take(int32_t wanted, int32_t capacity);
  void giveBack(int32_t granted);
  /// Forgets all kernels: those of a process that this one was forked from.
  void reset() { state.store(0, std::memory_order_relaxed); }

private:
  /// The number of kernels in the upper half, that of their threads in the lower one:
  /// one atomic operation sees and changes both.
  std::atomic<uint64_t> state{0};
};

} // namespace structlin::runtime

#endif // STRUCTLIN_LIB_RUNTIME_GRANT_H
