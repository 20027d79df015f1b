//===- Ceilings.cpp - what the machine is able to do ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that do nothing but multiply, or nothing but read. The best of several tries
// counts: a limit is what is possible.
//
//===----------------------------------------------------------------------===//

#include "Ceilings.h"
#include "Memory.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <thread>
#include <vector>

using namespace structlin;
using Clock = std::chrono::steady_clock;

#if defined(__x86_64__)
#define STRUCTLIN_WIDE __attribute__((target("avx2,fma")))
using Vector = float __attribute__((vector_size(32)));
#else
#define STRUCTLIN_WIDE
using Vector = float __attribute__((vector_size(16)));
#endif
constexpr int kLanes = sizeof(Vector) / sizeof(float);

/// Keeps a value in a register, unknown to the compiler.
#if defined(__x86_64__)
#define STRUCTLIN_OPAQUE(v) asm volatile("" : "+x"(v))
#else
#define STRUCTLIN_OPAQUE(v) asm volatile("" : "+w"(v))
#endif

static double coreTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/// Seconds that `body(thread)` takes on all threads, which start together; of one thread,
/// what it had of its core.
static double runTogether(int threads, const std::function<void(int)> &body) {
  if (threads == 1) {
    double begin = coreTime();
    body(0);
    return coreTime() - begin;
  }
  std::atomic<int> ready{0};
  std::vector<std::thread> pool;
  auto work = [&](int thread) {
    ++ready;
    while (ready < threads)
      ;
    body(thread);
  };
  for (int thread = 1; thread < threads; ++thread)
    pool.emplace_back(work, thread);
  Clock::time_point begin = Clock::now();
  work(0);
  for (std::thread &thread : pool)
    thread.join();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

STRUCTLIN_WIDE static void multiply(int64_t rounds) {
  constexpr int count = 12;
  Vector sums[count] = {}, a = {}, b = {};
  STRUCTLIN_OPAQUE(a);
  STRUCTLIN_OPAQUE(b);
  for (int64_t round = 0; round < rounds; ++round)
#pragma clang loop unroll(full)
    for (int i = 0; i < count; ++i) {
      sums[i] += a * b;
      STRUCTLIN_OPAQUE(sums[i]);
    }
}

double benchmark::measureProducts(int threads) {
  constexpr int64_t rounds = 1000000;
  double best = 0;
  for (int attempt = 0; attempt < 40; ++attempt) {
    double seconds = runTogether(threads, [](int) { multiply(rounds); });
    best = std::max(best, 2.0 * kLanes * 12 * rounds * threads / seconds * 1e-9);
  }
  return best;
}

STRUCTLIN_WIDE static void readAll(const char *memory, size_t bytes, int64_t rounds) {
  Vector sums[8] = {};
  for (int64_t round = 0; round < rounds; ++round)
    for (size_t i = 0; i + sizeof(sums) <= bytes; i += sizeof(sums)) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 8; ++j)
        sums[j] += *reinterpret_cast<const Vector *>(memory + i + j * sizeof(Vector));
    }
  for (Vector &sum : sums)
    STRUCTLIN_OPAQUE(sum);
}

double benchmark::measureReading(size_t bytes, int threads) {
  Pages pages = allocatePages(bytes);
  size_t part = bytes / threads / 4096 * 4096;
  int64_t rounds = std::max<int64_t>(1, (size_t(16) << 20) / bytes);
  double best = 0;
  for (int attempt = 0; attempt < 12; ++attempt) {
    double seconds = runTogether(
        threads, [&](int thread) { readAll(pages.get() + thread * part, part, rounds); });
    best = std::max(best, double(part) * threads * rounds / seconds * 1e-9);
  }
  return best;
}
