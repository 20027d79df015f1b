//===- Runtime.cpp - what compiled kernels call ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Teams, settings and the C interface. A kernel that gets one thread does not touch
// OpenMP at all.
//
//===----------------------------------------------------------------------===//

#include "structlin-runtime/Runtime.h"
#include "Grant.h"
#include "OpenMP.h"
#include "Scratch.h"
#include "structlin-runtime/AMX.h"
#include <algorithm>
#include <cstdlib>
#include <thread>

#if defined(__unix__)
#include <pthread.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

using namespace structlin::runtime;

struct StructlinTeam {
  int32_t size = 1;
  Scratch scratch;
};

namespace {
/// What a thread of the process keeps.
struct ThreadState {
  /// The team of the kernels that this thread calls.
  StructlinTeam team;
  /// Its own memory, also where it works in another thread's team.
  Scratch scratch;
  int32_t numThreads = 0;
  bool isHost = false;
};
} // namespace

static thread_local ThreadState thisThread;
static std::atomic<int32_t> processNumThreads{0};

/// The grants of this process. A child does not go on with its parent's kernels.
static Grants &getGrants() {
  static Grants grants;
#if defined(__unix__)
  static const int isForkSeen = pthread_atfork(nullptr, nullptr, [] { grants.reset(); });
  (void)isForkSeen;
#endif
  return grants;
}

//===----------------------------------------------------------------------===//
// How many threads
//===----------------------------------------------------------------------===//

/// Multiplications that are worth a thread: entering and leaving a parallel region takes
/// a few microseconds, in which a thread does about so many.
static constexpr int64_t kWorkPerThread = 1 << 16;

/// The CPUs that this process may run on.
static int32_t countCPUs() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return std::max(1, CPU_COUNT(&set));
#endif
  return std::max(1, static_cast<int32_t>(std::thread::hardware_concurrency()));
}

/// The setting for this thread, or 0.
static int32_t getSetting() {
  return thisThread.numThreads != 0 ? thisThread.numThreads
                                    : processNumThreads.load(std::memory_order_relaxed);
}

/// Workers wait actively for the next kernel, which a host's other threads pay for: a
/// millisecond covers the gaps inside a model, where LLVM's OpenMP would wait for 200.
/// Who says something else in the environment gets that.
static void limitActiveWaiting() {
  static const bool isSet = std::getenv("KMP_BLOCKTIME") || std::getenv("OMP_WAIT_POLICY");
  if (!isSet)
    kmp_set_blocktime(1);
}

/// How many threads this thread's next kernel is to get if nobody else runs one.
static int32_t getWanted(int64_t work) {
  int64_t worthwhile = std::max<int64_t>(1, work / kWorkPerThread);
  int32_t setting = getSetting();
  if (worthwhile == 1 || setting == 1)
    return 1;
  if (isInParallelRegion())
    return 1;
  int32_t limit = setting != 0 ? setting : std::max(1, omp_get_max_threads());
  return static_cast<int32_t>(std::min<int64_t>(worthwhile, limit));
}

StructlinTeam *structlin_team_begin(int64_t work) {
  static const int32_t numCPUs = countCPUs();
  ThreadState &self = thisThread;
  int32_t wanted = getWanted(work);
  // Who asks for more threads than there are CPUs gets them.
  self.team.size = getGrants().take(wanted, std::max(numCPUs, getSetting()));
  if (self.team.size > 1 && !self.isHost) {
    self.isHost = true;
    limitActiveWaiting();
  }
  return &self.team;
}

void structlin_team_end(StructlinTeam *team) { getGrants().giveBack(team->size); }

int64_t structlin_team_size(StructlinTeam *team) { return team->size; }

int64_t structlin_thread_number(void) { return omp_get_thread_num(); }

int64_t structlin_num_threads(void) { return omp_get_num_threads(); }

void structlin_set_num_threads(int32_t count) {
  processNumThreads.store(std::max(0, count), std::memory_order_relaxed);
}

void structlin_set_num_threads_local(int32_t count) { thisThread.numThreads = std::max(0, count); }

int32_t structlin_get_num_threads(void) {
  return getSetting() != 0 ? getSetting() : std::max(1, omp_get_max_threads());
}

//===----------------------------------------------------------------------===//
// Memory and registers
//===----------------------------------------------------------------------===//

static StructlinBytes toBytes(void *data, int64_t size) { return {data, data, 0, size, 1}; }

void _mlir_ciface_structlin_thread_scratch(StructlinBytes *result, int64_t slot, int64_t size) {
  *result = toBytes(thisThread.scratch.get(slot, size), size);
}

void _mlir_ciface_structlin_team_scratch(StructlinBytes *result, StructlinTeam *team, int64_t slot,
                                         int64_t size) {
  *result = toBytes(team->scratch.get(slot, size), size);
}

int32_t structlin_enable_amx(void) { return structlin_request_amx(); }
