//===- OpenMP.cpp - parallel regions of the host --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// GCC's OpenMP is found among the loaded libraries: packages bring it under names with
// hashes (libgomp-a34b3233.so.1), so it cannot be asked for by name.
//
//===----------------------------------------------------------------------===//

#include "OpenMP.h"
#include <atomic>
#include <mutex>

#if defined(__linux__)
#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace {
using InParallel = int (*)();

/// The loaded libraries, at one point of time.
struct Libraries {
  unsigned long long numLoads = 0;
  /// Stop at the first one, which tells the number of loads so far.
  bool onlyCount = true;
  InParallel inParallel = nullptr;
};
} // namespace

static int visit(dl_phdr_info *info, size_t, void *data) {
  auto &libraries = *static_cast<Libraries *>(data);
  libraries.numLoads = info->dlpi_adds;
  if (libraries.onlyCount)
    return 1;
  const char *slash = std::strrchr(info->dlpi_name, '/');
  if (std::strncmp(slash ? slash + 1 : info->dlpi_name, "libgomp", 7) != 0)
    return 0;
  // Holds the library, so that the function stays.
  if (void *library = dlopen(info->dlpi_name, RTLD_LAZY | RTLD_NOLOAD))
    libraries.inParallel = reinterpret_cast<InParallel>(dlsym(library, "omp_in_parallel"));
  return 1;
}

/// omp_in_parallel of GCC's OpenMP, or null. Looked up again when a library was loaded.
static InParallel findGnuInParallel() {
  static std::mutex searching;
  static std::atomic<unsigned long long> numLoads{0};
  static std::atomic<InParallel> found{nullptr};
  if (InParallel function = found.load(std::memory_order_acquire))
    return function;
  Libraries now;
  dl_iterate_phdr(visit, &now);
  if (now.numLoads == numLoads.load(std::memory_order_acquire))
    return nullptr;
  std::lock_guard<std::mutex> lock(searching);
  now.onlyCount = false;
  dl_iterate_phdr(visit, &now);
  found.store(now.inParallel, std::memory_order_release);
  numLoads.store(now.numLoads, std::memory_order_release);
  return now.inParallel;
}
#endif

bool structlin::runtime::isInParallelRegion() {
  if (omp_in_parallel())
    return true;
#if defined(__linux__)
  InParallel gnu = findGnuInParallel();
  return gnu && gnu();
#else
  return false;
#endif
}
