//===- Tune.cpp - measuring the products of a model -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tune.h"
#include "GroupParameters.h"
#include "Isolate.h"
#include "mlir/Pass/PassManager.h"
#include "structlin/Codegen/Pipelines.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/KernelAttrs.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;
using ::structlin::Candidate;
using ::structlin::ParameterSource;
using ::structlin::TuningKey;
using ::structlin::TuningTable;

namespace {
/// A product, its candidates, and what was compiled of them.
class Subject {
public:
  /// `module` is one that isolate() made.
  Subject(OwningOpRef<ModuleOp> isolated, const TuneOptions &options,
          ::structlin::ElementType result)
      : module(std::move(isolated)),
        problem{*getKernel(*module).getBody().getOps<StructuredMatmulOpInterface>().begin(),
                options.choice.target, options.choice.machine, options.choice.threads, result} {}

  const ProductProblem &getProblem() const { return problem; }
  ModuleOp getModule() { return *module; }
  TuningKey getKey(int64_t tokens) const { return getTuningKey(problem, tokens); }

  /// The candidates for `tokens` tokens, at most `limit`.
  std::vector<Candidate> getCandidates(int64_t tokens, unsigned limit, std::string &why) const {
    std::vector<Candidate> candidates = getProductCandidates(problem, tokens, why);
    if (candidates.size() > limit)
      candidates.resize(limit);
    return candidates;
  }

  /// The kernel under `schedule`, compiled at most once. Null after a diagnostic.
  const CompiledKernel *compile(const kernels::Schedule &schedule, const LowerOptions &options,
                                std::shared_ptr<ParameterSource> parameters) {
    CpuScheduleAttr attribute = getScheduleAttr(module->getContext(), problem.target, schedule);
    std::unique_ptr<CompiledKernel> &kernel = compiled[attribute];
    if (!kernel) {
      auto made = compileKernel(*module, attribute, std::move(parameters), options);
      if (failed(made))
        return nullptr;
      kernel = std::make_unique<CompiledKernel>(std::move(*made));
    }
    return kernel.get();
  }

private:
  OwningOpRef<ModuleOp> module;
  ProductProblem problem;
  llvm::DenseMap<Attribute, std::unique_ptr<CompiledKernel>> compiled;
};

class Tuner {
public:
  Tuner(ParameterSource *parameters, const TuneOptions &options, TuningTable &table,
        raw_ostream &out)
      : parameters(parameters), options(options), table(table), out(out), copies(options.hot) {
    lowering.choice.cpu = options.choice.target.name;
    lowering.choice.threads = options.choice.threads;
  }

  LogicalResult tune(KernelOp kernel);

private:
  using Ranges = SmallVector<std::vector<Candidate>>;

  /// Measures the candidates of all `subjects` against each other: for each subject and
  /// number of tokens they become measured ones, best first.
  FailureOr<SmallVector<Ranges>> measure(MutableArrayRef<std::unique_ptr<Subject>> subjects,
                                         ArrayRef<int64_t> tokens,
                                         std::shared_ptr<ParameterSource> source);

  ParameterSource *parameters;
  const TuneOptions &options;
  TuningTable &table;
  raw_ostream &out;
  LowerOptions lowering;
  ParameterCopies copies;
  /// What was measured, with any number of tokens.
  SmallVector<TuningKey> done;
};
} // namespace

/// "6x16 unroll=2": the register tile, and what is not as usual.
static std::string printSchedule(const kernels::Schedule &schedule) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << schedule.rows << 'x' << schedule.cols;
  auto printIf = [&](StringRef name, int64_t value, int64_t usual) {
    if (value != usual)
      os << ' ' << name << '=' << value;
  };
  printIf("unroll", schedule.unroll, 1);
  printIf("chunk", schedule.chunk, 0);
  printIf("block", schedule.block, 0);
  printIf("ahead", schedule.ahead, 0);
  printIf("next-panel", schedule.nextPanel, 0);
  if (schedule.split == kernels::Split::Tokens)
    os << " split=tokens";
  if (schedule.order == kernels::Order::Memory)
    os << " order=memory";
  return text;
}

FailureOr<SmallVector<Tuner::Ranges>>
Tuner::measure(MutableArrayRef<std::unique_ptr<Subject>> subjects, ArrayRef<int64_t> tokens,
               std::shared_ptr<ParameterSource> source) {
  Location loc = subjects.front()->getModule().getLoc();
  SmallVector<Ranges> measured(subjects.size());
  for (int64_t number : tokens) {
    SmallVector<Contestant> contestants;
    SmallVector<Candidate> candidates;
    for (auto [i, subject] : llvm::enumerate(subjects)) {
      std::string why;
      std::vector<Candidate> best = subject->getCandidates(number, options.limit, why);
      if (best.empty())
        return emitError(loc) << "no schedule for " << number << " tokens: " << why;
      for (const Candidate &candidate : best) {
        const CompiledKernel *kernel = subject->compile(candidate.schedule, lowering, source);
        if (!kernel)
          return failure();
        contestants.push_back({kernel, static_cast<unsigned>(i)});
        candidates.push_back(candidate);
      }
    }
    auto times = measureKernels(loc, contestants, number, options.measure, copies);
    if (failed(times))
      return failure();
    for (Ranges &ranges : measured)
      ranges.emplace_back();
    for (auto [contestant, candidate, time] : llvm::zip_equal(contestants, candidates, *times)) {
      if (options.printCandidates)
        out << llvm::formatv(
            "  {0} m={1}: {2} {3:f2} us, predicted {4:f2} us\n",
            StringRef(subjects[contestant.product]->getKey(number).kernel).split('.').second,
            number, printSchedule(candidate.schedule), time / 1000,
            candidate.prediction.time / 1000);
      candidate.prediction.time = time;
      measured[contestant.product].back().push_back(candidate);
    }
    for (Ranges &ranges : measured)
      llvm::sort(ranges.back(), [](const Candidate &lhs, const Candidate &rhs) {
        return lhs.prediction.time < rhs.prediction.time;
      });
  }
  return measured;
}

LogicalResult Tuner::tune(KernelOp kernel) {
  std::string why;
  auto found = getSchedulableProduct(kernel, why);
  std::string layer = kernel.getLayer().value_or("").str();
  if (succeeded(found) && found->product.getLayerAttr())
    layer = found->product.getLayerAttr().str();
  if (succeeded(found))
    why = checkHasKernel(found->product);
  if (!why.empty()) {
    out << layer << ": not measured: " << why << "\n";
    return success();
  }
  SmallVector<std::unique_ptr<Subject>> subjects;
  subjects.push_back(std::make_unique<Subject>(isolate(kernel), options, found->result));
  bool isDense = isa<LinearOp>(found->product.getOperation());
  if (!isDense)
    subjects.push_back(std::make_unique<Subject>(
        isolateDense(subjects.front()->getModule(),
                     getElementTypeOrSelf(getValueFactor(found->product))),
        options, found->result));

  SmallVector<int64_t> tokens(options.tokens);
  if (int64_t known = found->product.getNumTokens(); !ShapedType::isDynamic(known))
    tokens = {known};
  // One layer of a kind is enough.
  TuningKey key = subjects.front()->getKey(1);
  auto isKnown = [&](int64_t number) {
    return llvm::any_of(done, [&](const TuningKey &other) {
      return other.tokens == number && isSameProduct(other, key);
    });
  };
  llvm::erase_if(tokens, isKnown);
  if (tokens.empty())
    return success();
  if (getProductCandidates(subjects.front()->getProblem(), tokens.front(), why).empty()) {
    out << layer << ": not measured: " << why << "\n";
    return success();
  }
  auto measured = measure(subjects, tokens, createGroupParameters(kernel, parameters));
  if (failed(measured))
    return failure();
  SmallVector<SmallVector<Candidate>> picked;
  for (auto [subject, ranges] : llvm::zip_equal(subjects, *measured))
    picked.push_back(pickWithOneLayout(subject->getProblem(), ranges));
  for (auto [i, number] : llvm::enumerate(tokens)) {
    for (auto [subject, best] : llvm::zip_equal(subjects, picked)) {
      table.insert({subject->getKey(number), best[i].schedule, best[i].prediction.time});
      done.push_back(subject->getKey(number));
    }
    double time = picked.front()[i].prediction.time, dense = picked.back()[i].prediction.time;
    out << layer << ' ' << StringRef(key.kernel).split('.').second << ' ' << key.inputs << "->"
        << key.outputs << ' ' << key.types
        << llvm::formatv(" keep={0:f3} m={1}: {2} {3:f2} us", key.keep, number,
                         printSchedule(picked.front()[i].schedule), time / 1000);
    if (!isDense)
      out << llvm::formatv(", dense {0} {1:f2} us, ratio {2:f2}",
                           printSchedule(picked.back()[i].schedule), dense / 1000, dense / time);
    out << "\n";
    out.flush();
  }
  return success();
}

LogicalResult mlir::structlin::tuneModel(ModuleOp module, ParameterSource *parameters,
                                         const TuneOptions &options, TuningTable &table,
                                         raw_ostream &out) {
  PassManager manager(module.getContext());
  buildFlattenPipeline(manager);
  buildGroupPipeline(manager);
  if (failed(manager.run(module)) || failed(verifyBoundIndices(module, parameters)))
    return failure();
  Tuner tuner(parameters, options, table, out);
  WalkResult result = module.walk([&](KernelOp kernel) {
    return failed(tuner.tune(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
