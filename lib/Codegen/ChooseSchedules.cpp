//===- ChooseSchedules.cpp - schedules by numbers of tokens ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The decision itself, for one product. Nothing is changed here.
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/Choose.h"
#include "structlin/Codegen/KernelTarget.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;
using ::structlin::Candidate;
using ::structlin::KnownTime;
using ::structlin::Machine;
using ::structlin::TuningEntry;
using ::structlin::TuningTable;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

/// Parses the file at `path` with T::parse.
template <typename T> static llvm::Expected<T> readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(
        llvm::formatv("cannot open '{0}': {1}", path, buffer.getError().message()).str());
  llvm::Expected<T> parsed = T::parse((*buffer)->getBuffer());
  if (!parsed)
    return llvm::createStringError(
        llvm::formatv("{0}: {1}", path, llvm::toString(parsed.takeError())).str());
  return parsed;
}

llvm::Expected<ChooseOptions>
mlir::structlin::readChooseOptions(StringRef cpu, StringRef machinePath, StringRef tablePath) {
  llvm::Expected<kernels::Target> target = findKernelTarget(cpu);
  if (!target)
    return target.takeError();
  ChooseOptions options;
  options.target = *target;
  options.machine = Machine::getDefault(*target);
  if (!machinePath.empty()) {
    llvm::Expected<Machine> machine = readFile<Machine>(machinePath);
    if (!machine)
      return machine.takeError();
    if (machine->target != target->name)
      return llvm::createStringError(
          llvm::formatv("{0}: expected a machine of target '{1}', got one of '{2}'", machinePath,
                        target->name, machine->target)
              .str());
    options.machine = *machine;
  }
  if (!tablePath.empty()) {
    llvm::Expected<TuningTable> table = readFile<TuningTable>(tablePath);
    if (!table)
      return table.takeError();
    options.table = *table;
  }
  return options;
}

SmallVector<int64_t> mlir::structlin::getTypicalTokens(ArrayRef<int64_t> upperBounds) {
  SmallVector<int64_t> tokens;
  int64_t first = 1;
  for (int64_t last : upperBounds) {
    tokens.push_back(std::lround(std::sqrt(static_cast<double>(first) * last)));
    first = last + 1;
  }
  // Beyond a few tiles more tokens change nothing.
  constexpr int64_t many = 128;
  tokens.push_back(std::max(first, many));
  return tokens;
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

/// How the factors are packed under a schedule.
static SmallVector<Attribute> getLayouts(const ProductProblem &problem,
                                         const kernels::Schedule &schedule) {
  std::string why;
  StructuredMatmulOpInterface product = problem.product;
  auto packings =
      cast<KernelOpInterface>(product.getOperation()).getPackings(problem.target, schedule, why);
  SmallVector<Attribute> layouts;
  for (const FactorPacking &packing : *packings)
    layouts.push_back(packing.layout);
  return layouts;
}

SmallVector<Candidate>
mlir::structlin::pickWithOneLayout(const ProductProblem &problem,
                                   ArrayRef<std::vector<Candidate>> ranges) {
  SmallVector<Candidate> best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::vector<Candidate> &range : ranges)
    for (const Candidate &candidate : range) {
      SmallVector<Attribute> layouts = getLayouts(problem, candidate.schedule);
      SmallVector<Candidate> picked;
      double sum = 0;
      for (const std::vector<Candidate> &other : ranges) {
        auto found = llvm::find_if(
            other, [&](const Candidate &c) { return getLayouts(problem, c.schedule) == layouts; });
        if (found == other.end())
          break;
        picked.push_back(*found);
        sum += found->prediction.time / other.front().prediction.time;
      }
      if (picked.size() == ranges.size() && sum < least) {
        least = sum;
        best = picked;
      }
    }
  if (best.empty())
    for (const std::vector<Candidate> &range : ranges)
      best.push_back(range.front());
  return best;
}

/// The schedule that was measured best for what resembles the problem most, if the
/// product can have it.
static const TuningEntry *findMeasured(const ProductProblem &problem, int64_t tokens,
                                       const TuningTable &table) {
  const TuningEntry *entry = table.find(getTuningKey(problem, tokens));
  std::string why;
  return entry && getProductCost(problem, entry->schedule, tokens, why) ? entry : nullptr;
}

/// The same for the dense product of the same sizes.
static const TuningEntry *findMeasuredDense(const ProductProblem &problem, int64_t tokens,
                                            const TuningTable &table) {
  const TuningEntry *entry = table.find(getDenseTuningKey(problem, tokens));
  return entry && getDenseCost(problem, entry->schedule, tokens) ? entry : nullptr;
}

FailureOr<SmallVector<RangeChoice>>
mlir::structlin::chooseSchedules(StructuredMatmulOpInterface product,
                                 ::structlin::ElementType result, ArrayRef<int64_t> tokens,
                                 const ChooseOptions &options, std::string &why) {
  why = checkHasKernel(product);
  if (!why.empty())
    return failure();
  ProductProblem problem{product, options.target, options.machine, options.threads, result};
  SmallVector<const TuningEntry *> measured;
  SmallVector<SmallVector<Attribute>> layouts;
  for (int64_t number : tokens) {
    measured.push_back(findMeasured(problem, number, options.table));
    if (measured.back())
      layouts.push_back(getLayouts(problem, measured.back()->schedule));
  }
  SmallVector<std::vector<Candidate>> ranges;
  for (auto [number, entry] : llvm::zip_equal(tokens, measured)) {
    ranges.push_back(getProductCandidates(problem, number, why));
    if (ranges.back().empty())
      return failure();
    // What was measured for other ranges is packed anyway.
    auto isPacked = [&](const Candidate &candidate) {
      return llvm::is_contained(layouts, getLayouts(problem, candidate.schedule));
    };
    if (!entry && llvm::any_of(ranges.back(), isPacked))
      llvm::erase_if(ranges.back(), [&](const Candidate &c) { return !isPacked(c); });
    // A range that is measured leaves no choice.
    if (entry)
      ranges.back() = {{entry->schedule, ranges.back().front().prediction}};
  }
  SmallVector<Candidate> picked = pickWithOneLayout(problem, ranges);
  SmallVector<RangeChoice> choices;
  for (auto [i, number] : llvm::enumerate(tokens)) {
    RangeChoice choice{number, picked[i].schedule, {}, {}};
    KnownTime known{getTuningKey(problem, number), measured[i], picked[i].prediction.time};
    KnownTime dense = known;
    choice.denseSchedule = choice.schedule;
    if (!isa<LinearOp>(product.getOperation())) {
      Candidate best = getDenseCandidate(problem, number);
      dense = {getDenseTuningKey(problem, number),
               findMeasuredDense(problem, number, options.table), best.prediction.time};
      choice.denseSchedule = dense.measured ? dense.measured->schedule : best.schedule;
    }
    choice.times = compareTimes(known, dense);
    choices.push_back(choice);
  }
  return choices;
}
