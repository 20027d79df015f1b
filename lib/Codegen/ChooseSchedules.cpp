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

namespace {
/// Numbers the layouts of a product's factors, which are asked for again and again.
class LayoutNumbers {
public:
  explicit LayoutNumbers(const ProductProblem &problem) : problem(problem) {}

  unsigned get(const kernels::Schedule &schedule) {
    for (const auto &[known, number] : numbers)
      if (known == schedule)
        return number;
    SmallVector<Attribute> layouts = getLayouts(problem, schedule);
    auto found = llvm::find(distinct, layouts);
    unsigned number = found - distinct.begin();
    if (found == distinct.end())
      distinct.push_back(layouts);
    numbers.push_back({schedule, number});
    return number;
  }

private:
  const ProductProblem &problem;
  SmallVector<SmallVector<Attribute>> distinct;
  SmallVector<std::pair<kernels::Schedule, unsigned>> numbers;
};
} // namespace

using SameLayoutFn = llvm::function_ref<bool(const kernels::Schedule &, const kernels::Schedule &)>;

/// pickWithOneLayout() for layouts that `isSame` compares.
static SmallVector<Candidate> pickOneOfEach(ArrayRef<std::vector<Candidate>> ranges,
                                            SameLayoutFn isSame) {
  SmallVector<Candidate> best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::vector<Candidate> &range : ranges)
    for (const Candidate &candidate : range) {
      SmallVector<Candidate> picked;
      double sum = 0;
      for (const std::vector<Candidate> &other : ranges) {
        auto found = llvm::find_if(
            other, [&](const Candidate &c) { return isSame(c.schedule, candidate.schedule); });
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

SmallVector<Candidate>
mlir::structlin::pickWithOneLayout(const ProductProblem &problem,
                                   ArrayRef<std::vector<Candidate>> ranges) {
  LayoutNumbers layouts(problem);
  return pickOneOfEach(ranges, [&](const kernels::Schedule &lhs, const kernels::Schedule &rhs) {
    return layouts.get(lhs) == layouts.get(rhs);
  });
}

/// The same where schedules of some ranges are `measured`: they leave no choice, and the
/// other ranges take what is packed for them.
static SmallVector<Candidate> pickBesideMeasured(SmallVector<std::vector<Candidate>> ranges,
                                                 ArrayRef<const TuningEntry *> measured,
                                                 SameLayoutFn isSame) {
  auto isPacked = [&](const Candidate &candidate) {
    return llvm::any_of(measured, [&](const TuningEntry *entry) {
      return entry && isSame(entry->schedule, candidate.schedule);
    });
  };
  for (auto [range, entry] : llvm::zip_equal(ranges, measured)) {
    if (entry)
      range = {{entry->schedule, range.front().prediction}};
    else if (llvm::any_of(range, isPacked))
      llvm::erase_if(range, [&](const Candidate &c) { return !isPacked(c); });
  }
  return pickOneOfEach(ranges, isSame);
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
  bool isDense = isa<LinearOp>(product.getOperation());
  SmallVector<std::vector<Candidate>> ranges, denseRanges;
  SmallVector<const TuningEntry *> measured, measuredDense;
  for (int64_t number : tokens) {
    ranges.push_back(getProductCandidates(problem, number, why));
    if (ranges.back().empty())
      return failure();
    measured.push_back(findMeasured(problem, number, options.table));
    if (isDense)
      continue;
    denseRanges.push_back(getDenseCandidates(problem, number));
    measuredDense.push_back(findMeasuredDense(problem, number, options.table));
  }
  LayoutNumbers layouts(problem);
  SmallVector<Candidate> picked = pickBesideMeasured(
      ranges, measured, [&](const kernels::Schedule &lhs, const kernels::Schedule &rhs) {
        return layouts.get(lhs) == layouts.get(rhs);
      });
  // The width of panels is all that layouts of a dense weight differ in.
  SmallVector<Candidate> pickedDense = pickBesideMeasured(
      denseRanges, measuredDense, [](const kernels::Schedule &lhs, const kernels::Schedule &rhs) {
        return lhs.cols == rhs.cols;
      });
  SmallVector<RangeChoice> choices;
  for (auto [i, number] : llvm::enumerate(tokens)) {
    RangeChoice choice{number, picked[i].schedule, picked[i].schedule, {}};
    KnownTime known{getTuningKey(problem, number), measured[i], picked[i].prediction.time};
    KnownTime dense = known;
    if (!isDense) {
      choice.denseSchedule = pickedDense[i].schedule;
      dense = {getDenseTuningKey(problem, number), measuredDense[i],
               pickedDense[i].prediction.time};
    }
    choice.times = compareTimes(known, dense);
    choices.push_back(choice);
  }
  return choices;
}
