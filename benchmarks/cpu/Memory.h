//===- Memory.h - memory and cores for measurements -------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_MEMORY_H
#define STRUCTLIN_BENCHMARKS_CPU_MEMORY_H

#include <cstddef>
#include <memory>

namespace structlin::benchmark {

/// Zeroed pages, huge where the system has them; the same for every contender.
using Pages = std::shared_ptr<char>;
Pages allocatePages(size_t bytes);

/// Binds the process to its last `count` cores, of those that it may use, before any
/// thread starts; the first ones serve the rest of the system. Returns how many it got.
int useCores(int count);

/// Bytes of this machine's last-level cache.
size_t lastLevelCacheBytes();

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_MEMORY_H
