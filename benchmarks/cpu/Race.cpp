//===- Race.cpp - times of several programs, taken in turn ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Race.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

using namespace structlin::benchmark;
using Clock = std::chrono::steady_clock;

static double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What this thread has had of its core, in seconds.
static double coreTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/// The seconds of one call.
static double call(Contender &contender, const RaceOptions &options) {
  int64_t copy = contender.next++ % contender.copies;
  double core = options.oneThread ? coreTime() : 0;
  Clock::time_point begin = Clock::now();
  contender.run(copy);
  return options.oneThread ? coreTime() - core : since(begin);
}

/// The fastest call of a turn.
static double takeTurn(Contender &contender, const RaceOptions &options) {
  if (options.pause != 0)
    std::this_thread::sleep_for(std::chrono::duration<double>(options.pause));
  // The first call of a short kernel finds the caches as the contender before left them.
  double fastest = call(contender, options);
  if (fastest > 4 * options.secondsPerTurn)
    return fastest;
  fastest = INFINITY;
  Clock::time_point begin = Clock::now();
  do
    fastest = std::min(fastest, call(contender, options));
  while (since(begin) < options.secondsPerTurn);
  return fastest;
}

void structlin::benchmark::race(std::vector<Contender> &contenders, const RaceOptions &options) {
  for (Contender &contender : contenders) {
    contender.seconds.clear();
    call(contender, options);
  }
  for (int round = 0; round < options.rounds; ++round)
    for (size_t i = 0; i < contenders.size(); ++i) {
      // Nobody always comes after the same neighbour's cache.
      Contender &contender = contenders[(i + round) % contenders.size()];
      contender.seconds.push_back(takeTurn(contender, options));
    }
}

Median structlin::benchmark::medianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  size_t n = values.size();
  if (n == 0)
    return {};
  // Order statistics k and n - 1 - k: the probability that fewer than k + 1 of n
  // values lie below the median is at most 2.5%.
  double probability = std::pow(0.5, n), sum = 0;
  size_t k = 0;
  for (size_t i = 0; i < n / 2; ++i) {
    sum += probability;
    if (sum > 0.025)
      break;
    k = i;
    probability *= double(n - i) / (i + 1);
  }
  double middle = n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  return {middle, values[k], values[n - 1 - k]};
}

Median structlin::benchmark::ratio(const Contender &a, const Contender &b) {
  std::vector<double> ratios;
  for (size_t i = 0; i < a.seconds.size() && i < b.seconds.size(); ++i)
    ratios.push_back(a.seconds[i] / b.seconds[i]);
  return medianOf(std::move(ratios));
}
