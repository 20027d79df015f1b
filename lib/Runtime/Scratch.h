//===- Scratch.h - memory that is kept from call to call ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The second call of a kernel neither allocates nor faults a page in.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_RUNTIME_SCRATCH_H
#define STRUCTLIN_LIB_RUNTIME_SCRATCH_H

#include "structlin-runtime/Runtime.h"
#include <atomic>
#include <mutex>

namespace structlin::runtime {

/// Pieces of memory by number, each as large as the largest that was asked for.
class Scratch {
public:
  Scratch() = default;
  Scratch(const Scratch &) = delete;
  ~Scratch();

  /// Threads may ask for one slot at the same time if they ask for the same size.
  void *get(int64_t slot, int64_t size) {
    Piece &piece = pieces[checked(slot)];
    if (piece.size.load(std::memory_order_acquire) < size)
      grow(piece, size);
    return piece.data;
  }

private:
  struct Piece {
    void *data = nullptr;
    std::atomic<int64_t> size{0};
  };

  static int64_t checked(int64_t slot);
  void grow(Piece &piece, int64_t size);

  std::mutex growing;
  Piece pieces[STRUCTLIN_MAX_SCRATCH];
};

} // namespace structlin::runtime

#endif // STRUCTLIN_LIB_RUNTIME_SCRATCH_H
