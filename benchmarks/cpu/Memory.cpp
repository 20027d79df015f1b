//===- Memory.cpp - memory and cores for measurements ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <vector>

using namespace structlin;

benchmark::Pages benchmark::allocatePages(size_t bytes) {
  constexpr size_t huge = size_t(2) << 20;
  size_t size = (bytes + huge - 1) / huge * huge;
  auto *base = static_cast<char *>(
      mmap(nullptr, size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (base == MAP_FAILED)
    return nullptr;
  auto address = reinterpret_cast<uintptr_t>(base);
  char *begin = base + ((address + huge - 1) / huge * huge - address);
  madvise(begin, size, MADV_HUGEPAGE);
  std::memset(begin, 0, size);
  // Weights that are cold for a while are still not to be taken out of memory.
  mlock(begin, size);
  return {begin, [base, size](char *) { munmap(base, size + huge); }};
}

int benchmark::useCores(int count) {
  cpu_set_t allowed, chosen;
  sched_getaffinity(0, sizeof(allowed), &allowed);
  CPU_ZERO(&chosen);
  int taken = 0;
  for (int core = CPU_SETSIZE; core-- > 0 && taken < count;)
    if (CPU_ISSET(core, &allowed)) {
      CPU_SET(core, &chosen);
      ++taken;
    }
  sched_setaffinity(0, sizeof(chosen), &chosen);
  return taken;
}

size_t benchmark::lastLevelCacheBytes() {
  // What this core can use; sysconf may give the sum over a machine's parts.
  for (int index : {3, 2}) {
    std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
                       "/size");
    size_t kilobytes = 0;
    if (file >> kilobytes && kilobytes != 0)
      return kilobytes << 10;
  }
  return size_t(32) << 20;
}
