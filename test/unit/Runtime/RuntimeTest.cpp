//===- RuntimeTest.cpp - teams and scratch memory -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls the runtime as compiled kernels do. The test is compiled with OpenMP and stands
// for a host that uses it, too.
//
//===----------------------------------------------------------------------===//

#include "structlin-runtime/Runtime.h"
#include "Grant.h"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <gtest/gtest.h>
#include <mutex>
#include <omp.h>
#include <sched.h>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr int64_t kMuchWork = int64_t(1) << 40;

int32_t countCPUs() {
  cpu_set_t set;
  sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set);
}

/// Sets the number of threads for calls from this thread.
struct LocalThreads {
  explicit LocalThreads(int32_t count) { structlin_set_num_threads_local(count); }
  ~LocalThreads() { structlin_set_num_threads_local(0); }
};

/// Runs body(thread, number of threads) as a kernel.
void runKernel(int64_t work, const std::function<void(int64_t, int64_t, StructlinTeam *)> &body) {
  StructlinTeam *team = structlin_team_begin(work);
  auto size = static_cast<int>(structlin_team_size(team));
  if (size == 1) {
    body(0, 1, team);
  } else {
#pragma omp parallel num_threads(size)
    body(structlin_thread_number(), structlin_num_threads(), team);
  }
  structlin_team_end(team);
}

int64_t granted(int64_t work = kMuchWork) {
  StructlinTeam *team = structlin_team_begin(work);
  int64_t size = structlin_team_size(team);
  structlin_team_end(team);
  return size;
}

char *threadScratch(int64_t slot, int64_t size) {
  StructlinBytes bytes;
  _mlir_ciface_structlin_thread_scratch(&bytes, slot, size);
  EXPECT_EQ(bytes.size, size);
  return static_cast<char *>(bytes.aligned) + bytes.offset;
}

char *teamScratch(StructlinTeam *team, int64_t slot, int64_t size) {
  StructlinBytes bytes;
  _mlir_ciface_structlin_team_scratch(&bytes, team, slot, size);
  EXPECT_EQ(bytes.size, size);
  return static_cast<char *>(bytes.aligned) + bytes.offset;
}

/// Threads that stop here go on together.
class Meeting {
public:
  explicit Meeting(int count) : missing(count) {}
  void wait() {
    std::unique_lock<std::mutex> lock(mutex);
    if (--missing == 0)
      changed.notify_all();
    changed.wait(lock, [&] { return missing <= 0; });
  }

private:
  std::mutex mutex;
  std::condition_variable changed;
  int missing;
};

void onThreads(int count, const std::function<void(int)> &body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back(body, i);
  for (std::thread &thread : threads)
    thread.join();
}

//===----------------------------------------------------------------------===//
// Teams
//===----------------------------------------------------------------------===//

TEST(Team, HasAsManyThreadsAsWereSet) {
  for (int32_t count : {1, 2, 3, 5}) {
    LocalThreads setting(count);
    EXPECT_EQ(structlin_get_num_threads(), count);
    EXPECT_EQ(granted(), count);
  }
}

TEST(Team, SettingOfTheThreadIsOverThatOfTheProcess) {
  structlin_set_num_threads(3);
  EXPECT_EQ(granted(), 3);
  onThreads(1, [](int) {
    EXPECT_EQ(granted(), 3);
    LocalThreads setting(2);
    EXPECT_EQ(granted(), 2);
  });
  EXPECT_EQ(granted(), 3);
  structlin_set_num_threads(0);
  EXPECT_EQ(structlin_get_num_threads(), std::min(omp_get_max_threads(), countCPUs()));
}

TEST(Team, LittleWorkRunsOnOneThread) {
  LocalThreads setting(4);
  EXPECT_EQ(granted(0), 1);
  EXPECT_EQ(granted(1000), 1);
  EXPECT_LT(granted(200000), 4);
  EXPECT_EQ(granted(100000000), 4);
}

TEST(Team, NumbersItsThreads) {
  LocalThreads setting(5);
  for (int round = 0; round < 10; ++round) {
    std::mutex mutex;
    std::set<int64_t> numbers;
    runKernel(kMuchWork, [&](int64_t thread, int64_t count, StructlinTeam *) {
      std::lock_guard<std::mutex> lock(mutex);
      EXPECT_EQ(count, 5);
      EXPECT_TRUE(numbers.insert(thread).second);
    });
    EXPECT_EQ(numbers, (std::set<int64_t>{0, 1, 2, 3, 4}));
  }
}

TEST(Grants, ShareTheMachineAmongKernels) {
  structlin::runtime::Grants grants;
  EXPECT_EQ(grants.take(8, 8), 8);
  // Nothing is left, but a kernel's own thread is there anyway.
  EXPECT_EQ(grants.take(8, 8), 1);
  grants.giveBack(8);
  // A half each; then a third, of which there is no more than two.
  EXPECT_EQ(grants.take(8, 8), 4);
  EXPECT_EQ(grants.take(8, 8), 2);
  EXPECT_EQ(grants.take(8, 8), 1);
  for (int32_t granted : {1, 4, 2, 1})
    grants.giveBack(granted);
  EXPECT_EQ(grants.take(3, 8), 3);
}

TEST(Grants, NeverExceedTheMachineOncePerKernelIsLeft) {
  // More CPUs than kernels: what each has in addition to its own thread comes from those.
  structlin::runtime::Grants grants;
  constexpr int32_t capacity = 8, numKernels = 4;
  std::atomic<int32_t> busy{0}, most{0};
  onThreads(numKernels, [&](int) {
    for (int round = 0; round < 20000; ++round) {
      int32_t granted = grants.take(capacity, capacity);
      int32_t now = busy += granted;
      int32_t before = most;
      while (before < now && !most.compare_exchange_weak(before, now))
        ;
      busy -= granted;
      grants.giveBack(granted);
    }
  });
  EXPECT_LE(most, capacity + numKernels - 1);
  EXPECT_EQ(grants.take(capacity, capacity), capacity);
}

TEST(Team, HostsShareTheMachine) {
  constexpr int numHosts = 4;
  for (int round = 0; round < 20; ++round) {
    Meeting allHaveOne(numHosts);
    std::atomic<int64_t> together{0};
    onThreads(numHosts, [&](int) {
      StructlinTeam *team = structlin_team_begin(kMuchWork);
      together += structlin_team_size(team);
      allHaveOne.wait();
      EXPECT_LE(together, countCPUs() + numHosts - 1);
      structlin_team_end(team);
    });
  }
  EXPECT_EQ(granted(), structlin_get_num_threads());
}

TEST(Team, ChildrenDoNotShareWithTheirParent) {
  LocalThreads setting(3);
  Meeting isRunning(2), isOver(2);
  std::thread other([&] {
    LocalThreads setting(3);
    StructlinTeam *team = structlin_team_begin(kMuchWork);
    isRunning.wait();
    isOver.wait();
    structlin_team_end(team);
  });
  isRunning.wait();
  EXPECT_EQ(granted(), 1);
  pid_t child = fork();
  if (child == 0)
    _exit(granted() == 3 ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  isOver.wait();
  other.join();
}

TEST(Team, IsOneThreadInARegionOfLLVMsOpenMP) {
  std::atomic<int> numAlone{0};
#pragma omp parallel num_threads(2)
  {
    // So many that a share of them were several.
    LocalThreads setting(64);
    numAlone += granted() == 1;
  }
  EXPECT_EQ(numAlone, 2);
  LocalThreads setting(64);
  EXPECT_EQ(granted(), 64);
}

#if defined(STRUCTLIN_GNU_OPENMP)
TEST(Team, IsOneThreadInARegionOfGNUsOpenMP) {
  // Before the library is there, so that it has to be found when it comes.
  LocalThreads setting(64);
  EXPECT_EQ(granted(), 64);
  void *library = dlopen(STRUCTLIN_GNU_OPENMP, RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  // What GCC compiles a parallel region to.
  using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
  auto parallel = reinterpret_cast<Parallel>(dlsym(library, "GOMP_parallel"));
  ASSERT_TRUE(parallel);
  std::atomic<int> numAlone{0};
  auto body = [](void *data) {
    LocalThreads setting(64);
    *static_cast<std::atomic<int> *>(data) += granted() == 1;
  };
  parallel(body, &numAlone, 3, 0);
  EXPECT_EQ(numAlone, 3);
  LocalThreads again(64);
  EXPECT_EQ(granted(), 64);
}
#endif

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

bool isAligned(const char *data) { return reinterpret_cast<uintptr_t>(data) % 64 == 0; }

TEST(Scratch, IsKeptByTheThread) {
  char *first = threadScratch(0, 1000), *second = threadScratch(1, 1);
  EXPECT_TRUE(isAligned(first) && isAligned(second));
  std::memset(first, 1, 1000);
  std::memset(second, 2, 1);
  EXPECT_EQ(first[999], 1);
  // What is no larger than before is where it was before.
  EXPECT_EQ(threadScratch(0, 1000), first);
  EXPECT_EQ(threadScratch(0, 10), first);
  EXPECT_EQ(threadScratch(1, 1), second);
  char *grown = threadScratch(0, 100000);
  EXPECT_TRUE(isAligned(grown));
  std::memset(grown, 3, 100000);
  EXPECT_EQ(second[0], 2);
}

TEST(Scratch, OfATeamIsOneOfItsThreadsAreDifferent) {
  LocalThreads setting(5);
  for (int64_t size : {100, 100, 100000, 1000}) {
    std::mutex mutex;
    std::set<char *> ofTeam, ofThreads;
    runKernel(kMuchWork, [&](int64_t thread, int64_t, StructlinTeam *team) {
      char *common = teamScratch(team, 3, size), *own = threadScratch(3, size);
      EXPECT_TRUE(isAligned(common) && isAligned(own));
      std::memset(own, static_cast<int>(thread), size);
      std::lock_guard<std::mutex> lock(mutex);
      ofTeam.insert(common);
      ofThreads.insert(own);
    });
    EXPECT_EQ(ofTeam.size(), 1u);
    EXPECT_EQ(ofThreads.size(), 5u);
    EXPECT_EQ(ofThreads.count(*ofTeam.begin()), 0u);
  }
}

/// Memory of this process that is in use, in bytes.
int64_t residentBytes() {
  long pages = 0;
  FILE *file = std::fopen("/proc/self/statm", "r");
  EXPECT_EQ(std::fscanf(file, "%*d %ld", &pages), 1);
  std::fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

TEST(Scratch, IsFreedWhenTheThreadEnds) {
  constexpr int64_t size = 32 << 20;
  constexpr int numThreads = 16;
  int64_t before = residentBytes();
  for (int i = 0; i < numThreads; ++i)
    onThreads(1, [](int) {
      std::memset(threadScratch(0, size), 1, size);
      runKernel(0, [](int64_t, int64_t, StructlinTeam *team) {
        std::memset(teamScratch(team, 0, size), 1, size);
      });
    });
  // A sanitizer keeps some freed memory for a while.
  EXPECT_LT(residentBytes() - before, numThreads * size / 2);
}

TEST(ScratchDeathTest, HasLimitedSlots) {
  EXPECT_DEATH(threadScratch(STRUCTLIN_MAX_SCRATCH, 1), "scratch memory number 32");
}

} // namespace
