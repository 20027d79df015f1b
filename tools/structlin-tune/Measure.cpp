//===- Measure.cpp - the times of candidates ------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With one thread the clock is that of the thread: it stands still while others have the
// processor.
//
//===----------------------------------------------------------------------===//

#include "Measure.h"
#include "structlin/Execution/CallTensors.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <ctime>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ElementType;
using ::structlin::HostTensor;

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// How far two sums of some thousand products may be apart, relative to the largest.
static double getTolerance(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return 1e-10;
  case ElementType::F32:
    return 1e-3;
  case ElementType::F16:
  case ElementType::BF16:
    return 0.05;
  default:
    return 0;
  }
}

static bool areClose(const HostTensor &lhs, const HostTensor &rhs) {
  double tolerance = getTolerance(lhs.type());
  if (tolerance == 0)
    return lhs.bytes() == rhs.bytes();
  std::vector<double> a = lhs.toDoubles(), b = rhs.toDoubles();
  double most = 0;
  for (double value : a)
    if (std::isfinite(value))
      most = std::max(most, std::abs(value));
  return llvm::all_of(llvm::zip_equal(a, b), [&](auto pair) {
    auto [x, y] = pair;
    return x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= tolerance * most;
  });
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static double getTime(unsigned threads) {
  timespec time;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

namespace {
/// A contestant with its arguments.
struct Runner {
  JITModule::Function function;
  const HostTensor *parameters;
  /// Where the parameters are among the arguments, if they are.
  std::optional<size_t> place;
  std::vector<HostTensor> inputs, results;
  SmallVector<CallArgument> arguments;
  int64_t calls = 1;
  SmallVector<double> times;

  /// The time of `calls` calls.
  double run(ParameterCopies &copies, int64_t calls, unsigned threads) {
    copies.fill(*parameters);
    double begin = getTime(threads);
    for (int64_t i = 0; i < calls; ++i) {
      if (place)
        arguments[*place] = copies.getNext();
      JITModule::call(function, arguments);
    }
    return getTime(threads) - begin;
  }
};
} // namespace

static FailureOr<Runner> createRunner(Location loc, const CompiledKernel &kernel, int64_t tokens) {
  auto inputs = readInputs(loc, kernel.entry, {"random:1"}, /*parameters=*/nullptr, tokens);
  if (failed(inputs))
    return failure();
  Runner runner{kernel.function, &kernel.parameters, std::nullopt, std::move(*inputs), {}, {}, 1,
                {}};
  runner.arguments = getCallArguments(kernel.entry, runner.inputs, kernel.parameters);
  if (kernel.entry.takesParameterBuffer)
    runner.place = runner.arguments.size() - 1;
  auto results = allocateResults(kernel.entry, *kernel.jit, runner.arguments);
  if (!results)
    return emitError(loc) << llvm::toString(results.takeError());
  runner.results = std::move(*results);
  for (const HostTensor &result : runner.results)
    runner.arguments.push_back(CallArgument::buffer(result));
  return runner;
}

/// The runners, those that read the same parameters one after the other: these are copied
/// once.
static std::vector<Runner *> orderByParameters(std::vector<Runner> &runners) {
  std::vector<Runner *> order;
  for (Runner &runner : runners) {
    auto last = llvm::find_if(llvm::reverse(order), [&](const Runner *other) {
      return other->parameters->bytes() == runner.parameters->bytes();
    });
    order.insert(last == order.rend() ? order.end() : last.base(), &runner);
  }
  return order;
}

FailureOr<SmallVector<double>> mlir::structlin::measureKernels(Location loc,
                                                               ArrayRef<Contestant> contestants,
                                                               int64_t tokens,
                                                               const MeasureOptions &options,
                                                               ParameterCopies &copies) {
  std::vector<Runner> runners;
  for (const Contestant &contestant : contestants) {
    FailureOr<Runner> runner = createRunner(loc, *contestant.kernel, tokens);
    if (failed(runner))
      return failure();
    runners.push_back(std::move(*runner));
  }
  double share = options.seconds * 1e9 / (runners.size() * options.rounds);
  llvm::DenseMap<unsigned, const Runner *> firstOf;
  for (auto [contestant, runner] : llvm::zip_equal(contestants, runners)) {
    runner.run(copies, 1, options.threads);
    const Runner *first = firstOf.try_emplace(contestant.product, &runner).first->second;
    for (auto [expected, result] : llvm::zip_equal(first->results, runner.results))
      if (!areClose(expected, result))
        return emitError(loc) << "two schedules of one product give results that differ by more "
                                 "than rounding";
    double once = std::max(runner.run(copies, 1, options.threads), 1.0);
    runner.calls = std::clamp<int64_t>(std::llround(share / once), 1, 1000000);
  }
  std::vector<Runner *> order = orderByParameters(runners);
  for (unsigned round = 0; round < options.rounds; ++round)
    for (Runner *runner : order)
      runner->times.push_back(runner->run(copies, runner->calls, options.threads) / runner->calls);
  return llvm::map_to_vector(runners, [&](Runner &runner) {
    llvm::sort(runner.times);
    return runner.times[options.rounds / 2];
  });
}
