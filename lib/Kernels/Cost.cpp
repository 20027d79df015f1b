//===- Cost.cpp - what a kernel takes -------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops, choices, and the sums over them. Wherever it depends on an index what is
// executed, that index is a decision. Iterations of a loop in which all decisions come
// out the same are one frame that runs several times.
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Cost.h"
#include "llvm/ADT/STLExtras.h"

using namespace structlin;
using namespace structlin::kernels;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

static constexpr double Counts::*kFields[] = {
    &Counts::products,    &Counts::flops,       &Counts::loads,
    &Counts::loadedBytes, &Counts::stores,      &Counts::storedBytes,
    &Counts::prefetches,  &Counts::conversions, &Counts::expansions};

Counts &Counts::operator+=(const Counts &other) {
  for (auto field : kFields)
    this->*field += other.*field;
  return *this;
}

Counts kernels::operator*(const Counts &counts, double times) {
  Counts result = counts;
  for (auto field : kFields)
    result.*field *= times;
  return result;
}

static bool sameCounts(const Counts &lhs, const Counts &rhs) {
  return llvm::all_of(kFields, [&](auto field) { return lhs.*field == rhs.*field; });
}

static bool sameForm(const ProductForm &lhs, const ProductForm &rhs) {
  auto fields = [](const ProductForm &f) {
    return std::make_tuple(f.depth, f.group, f.columns, f.accumulator);
  };
  return fields(lhs) == fields(rhs);
}

static void addCode(std::vector<StraightCode> &codes, StraightCode code) {
  for (StraightCode &known : codes)
    if (sameForm(known.form, code.form) && known.accumulators == code.accumulators &&
        sameCounts(known.once, code.once)) {
      known.times += code.times;
      return;
    }
  codes.push_back(std::move(code));
}

static void forEachCode(const KernelCost &cost,
                        llvm::function_ref<void(const StraightCode &, double)> body) {
  for (const StraightCode &code : cost.serial)
    body(code, code.times);
  for (const Section &section : cost.sections)
    for (const StraightCode &code : section.codes)
      body(code, code.times * section.times);
}

Counts KernelCost::total() const {
  Counts sum;
  forEachCode(*this, [&](const StraightCode &code, double times) { sum += code.once * times; });
  return sum;
}

Counts KernelCost::total(const ProductForm &form) const {
  Counts sum;
  forEachCode(*this, [&](const StraightCode &code, double times) {
    if (sameForm(code.form, form))
      sum += code.once * times;
  });
  return sum;
}

double KernelCost::barriers() const {
  double sum = 0;
  for (const Section &section : sections)
    sum += section.times;
  return sum;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

Cost::Cost(Target target, std::array<int64_t, kNumCaches> caches,
           llvm::ArrayRef<ElementType> resultTypes)
    : Builder(std::move(target)), caches(caches), frames(1) {
  constexpr int64_t unbounded = int64_t(1) << 40;
  for (ElementType type : resultTypes)
    results.push_back(add(type, {unbounded, unbounded}));
}

Buffer Cost::add(ElementType type, llvm::ArrayRef<Index> shape) {
  return {numBuffers++, type, llvm::SmallVector<Index, 4>(shape)};
}

Buffer Cost::scratch(ElementType type, llvm::ArrayRef<Index> shape, Scope) {
  return add(type, shape);
}

KernelCost Cost::get() const {
  Frame kernel = frames.front();
  settle(kernel.footprint);
  KernelCost cost;
  cost.serial = kernel.inner;
  for (StraightCode code : kernel.own) {
    code.times = 1;
    addCode(cost.serial, code);
  }
  cost.sections = kernel.sections;
  for (const auto &[buffer, touched] : kernel.footprint)
    for (auto [sum, traffic] : llvm::zip_equal(cost.traffic, touched.traffic))
      sum += traffic;
  cost.footprint = totalBytes(kernel.footprint);
  cost.vectorRegisters = vectorRegisters;
  cost.tileRegisters = tileRegisters;
  return cost;
}

std::vector<InnerLoop> Cost::innerLoops(const Target &target,
                                        llvm::function_ref<void(Cost &)> kernel) {
  Cost cost(target, {0, 0, 0});
  cost.everyCase = true;
  kernel(cost);
  return std::move(cost.loops);
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

Counts &Cost::counts(const ProductForm &form) {
  Frame &frame = frames.back();
  for (StraightCode &code : frame.own)
    if (sameForm(code.form, form))
      return code.once;
  frame.own.push_back({form, {}, 0, frame.accumulators});
  return frame.own.back().once;
}

void Cost::decide(Index index) {
  if (!index.isConstant() && !nodes[index.getId()].variables.empty())
    frames.back().decisions.push_back({index, evaluate(index)});
}

Cost::Frame Cost::interpret(int64_t accumulators, llvm::function_ref<void()> body) {
  frames.emplace_back();
  frames.back().accumulators = accumulators;
  body();
  Frame frame = std::move(frames.back());
  frames.pop_back();
  settle(frame.footprint);
  return frame;
}

void Cost::add(const Frame &frame, double times) {
  Frame &outer = frames.back();
  outer.hasLoop |= frame.hasLoop;
  for (StraightCode code : frame.own) {
    code.times = times;
    addCode(outer.inner, std::move(code));
  }
  for (StraightCode code : frame.inner) {
    code.times *= times;
    addCode(outer.inner, std::move(code));
  }
  for (Section section : frame.sections) {
    section.times *= times;
    outer.sections.push_back(std::move(section));
  }
}

std::vector<std::pair<Cost::Frame, double>> Cost::runIterations(Index variable, Index begin,
                                                                Index trips, double expectedTrips,
                                                                int64_t accumulators,
                                                                llvm::function_ref<void()> body) {
  int64_t number = nodes[variable.getId()].value;
  std::vector<Registers> before = tiles;
  std::vector<std::pair<Frame, double>> frames;
  auto run = [&](int64_t iteration) {
    variables[number].current = iteration;
    variables[number].open = true;
    restore(before); // Each iteration starts from the same registers.
    Frame frame = interpret(accumulators, body);
    variables[number].open = false;
    return frame;
  };
  if (everyCase || !isKnown(trips) || !isKnown(begin)) {
    variables[number].open = false;
    Frame frame = interpret(accumulators, body);
    frames.emplace_back(std::move(frame), everyCase ? 1 : expectedTrips);
    return frames;
  }
  int64_t first = evaluate(begin), count = evaluate(trips);
  std::vector<char> done(count, false);
  for (int64_t i = 0; i < count; ++i) {
    if (done[i])
      continue;
    Frame frame = run(first + i);
    auto matters = [&](const Decision &d) { return dependsOn(d.index, number); };
    if (i == 0 && llvm::none_of(frame.decisions, matters)) {
      frames.emplace_back(std::move(frame), count);
      break;
    }
    double times = 0;
    for (int64_t j = i; j < count; ++j) {
      if (done[j])
        continue;
      variables[number].current = first + j;
      done[j] = llvm::all_of(frame.decisions, [&](const Decision &d) {
        return !matters(d) || evaluate(d.index) == d.value;
      });
      times += done[j];
    }
    frames.emplace_back(std::move(frame), times);
  }
  return frames;
}

void Cost::addLoop(std::vector<std::pair<Frame, double>> iterations, Index variable,
                   std::optional<double> pieces) {
  int64_t number = nodes[variable.getId()].value;
  Frame loop;
  double workingSet = 0;
  frames.emplace_back();
  for (const auto &[frame, times] : iterations) {
    add(frame, times);
    append(frames.back().footprint, frame.footprint, times);
    workingSet = std::max(workingSet, totalBytes(frame.footprint));
    // What depends on this loop and on others depends on parts that belong to the others.
    llvm::SmallVector<Index> parts;
    for (const Decision &decision : frame.decisions)
      collectParts(decision.index, number, parts);
    for (Index part : parts)
      decide(part);
  }
  loop = std::move(frames.back());
  frames.pop_back();
  settle(loop.footprint, workingSet);
  Frame &outer = frames.back();
  outer.hasLoop = true;
  if (pieces)
    outer.sections.push_back({1, *pieces, std::move(loop.inner)});
  else
    for (StraightCode &code : loop.inner)
      addCode(outer.inner, std::move(code));
  llvm::append_range(outer.sections, loop.sections);
  llvm::append_range(outer.decisions, loop.decisions);
  append(outer.footprint, loop.footprint, 1);
}

/// What an iteration gets from the one before: indices that nobody knows.
Carried Cost::carry(const Carried &carried) {
  Carried result = carried;
  for (Index &index : result.indices)
    index = makeVariable(0, int64_t(1) << 40, /*known=*/false);
  return result;
}

/// All code of the body together: products of one form, and what indices take.
void Cost::addInnerLoop(const Frame &body, int64_t firstOperation) {
  InnerLoop loop;
  Counts sum;
  for (const StraightCode &code : body.own) {
    sum += code.once;
    if (code.once.products != 0)
      loop.form = code.form;
  }
  loop.products = sum.products;
  loop.loads = sum.loads;
  loop.stores = sum.stores;
  loop.prefetches = sum.prefetches;
  loop.expansions = sum.expansions;
  loop.firstOperation = firstOperation;
  loop.numOperations = numOperations - firstOperation;
  loops.push_back(loop);
}

Carried Cost::loop(Index begin, Index end, const Carried &init,
                   llvm::function_ref<Carried(Index, const Carried &)> body, double expectedTrips) {
  bool isStatic = begin.isConstant() && end.isConstant();
  Index trips = end - begin;
  if (!everyCase && !isStatic && isKnown(trips)) {
    decide(trips);
    if (evaluate(trips) <= 0)
      return init;
  }
  // As emitted: a loop that would run once is its body.
  if (isStatic && trips.getConstant() <= 1)
    return trips.getConstant() == 1 ? body(begin, init) : init;
  // A single iteration is known by its bounds: fewer indices decide.
  if (!everyCase && !isStatic && isKnown(trips) && evaluate(trips) == 1) {
    Carried after = body(begin, init);
    frames.back().hasLoop = true;
    return after;
  }
  int64_t accumulators = 0;
  for (Tile tile : init.tiles)
    accumulators += tiles[tile.id].count;
  Index variable = makeVariable(begin, end, !everyCase && isKnown(begin));
  int64_t operationsBefore = numOperations;
  Carried after;
  auto iterations = runIterations(variable, begin, trips, expectedTrips, accumulators,
                                  [&] { after = body(variable, carry(init)); });
  if (everyCase && !iterations.front().first.hasLoop && numOperations != operationsBefore)
    addInnerLoop(iterations.front().first, operationsBefore);
  addLoop(std::move(iterations), variable, std::nullopt);
  return carry(after);
}

void Cost::parallel(Index count, llvm::function_ref<void(Index)> body, const Buffer *) {
  if (!everyCase) {
    decide(count);
    if (evaluate(count) <= 0)
      return;
  }
  Index variable = makeVariable(0, count, !everyCase);
  auto iterations = runIterations(variable, 0, count, 1, 0, [&] { body(variable); });
  addLoop(std::move(iterations), variable, everyCase ? 1 : evaluate(count));
}

Carried Cost::select(Index value, int64_t first, int64_t last,
                     llvm::function_ref<Carried(int64_t)> body) {
  if (value.isConstant() || first == last)
    return body(value.isConstant() ? value.getConstant() : first);
  if (!everyCase && isKnown(value)) {
    decide(value);
    return body(evaluate(value));
  }
  // Each case as often as the unknown value comes out as it.
  std::vector<double> share(last - first + 1, 1.0 / (last - first + 1));
  const Node &node = nodes[value.getId()];
  if (!everyCase && node.variables.size() == 1) {
    Variable &unknown = variables[node.variables.front()];
    Interval bounds{0, evaluate(unknown.end)};
    constexpr int64_t many = 1 << 20;
    if (!unknown.open && bounds.last <= many) {
      std::fill(share.begin(), share.end(), 0);
      for (unknown.current = 0; unknown.current < bounds.last; ++unknown.current)
        share[std::clamp(evaluate(value), first, last) - first] += 1.0 / bounds.last;
    }
  }
  std::vector<Registers> before = tiles;
  Carried result;
  for (int64_t constant = first; constant <= last; ++constant) {
    restore(before);
    if (everyCase) {
      result = body(constant);
      continue;
    }
    Frame frame = interpret(frames.back().accumulators, [&] { result = body(constant); });
    add(frame, share[constant - first]);
    append(frames.back().footprint, frame.footprint, share[constant - first]);
    llvm::append_range(frames.back().decisions, frame.decisions);
  }
  return carry(result);
}
