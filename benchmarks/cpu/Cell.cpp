//===- Cell.cpp - everything that runs one dense product ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cell.h"
#include "Memory.h"
#include "Peers.h"
#include "structlin/Analysis/Candidates.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace structlin;
using namespace structlin::benchmark;
using namespace structlin::kernels;

//===----------------------------------------------------------------------===//
// Entrants
//===----------------------------------------------------------------------===//

Entrant::Entrant(Shape shape, ElementType type, const Structure &structure, const Target &target)
    : layer(makeLayer(shape, type, structure, target, getPanel(structure, type, target),
                      /*seed=*/1)),
      target(target) {}

/// The schedule that the compiler chooses for m tokens, of those that read the factors as
/// they are packed.
static Schedule chooseSchedule(const Layer &layer, int64_t cols, int64_t m, int threads,
                               const Target &target) {
  ScheduleProblem problem{target, layer.type, m, layer.shape.inputs, layer.shape.outputs};
  Machine machine = Machine::getDefault(target);
  auto costOf = [&](const Schedule &schedule) -> std::optional<KernelCost> {
    if (schedule.cols != cols)
      return std::nullopt;
    Cost cost(target, machine.caches, layer.type);
    Index tokens = cost.add(m);
    llvm::SmallVector<Buffer> operands{cost.add(layer.type, {tokens, layer.shape.inputs})};
    for (const HostTensor &factor : layer.factors)
      operands.push_back(cost.add(
          factor.type(), llvm::SmallVector<Index>(llvm::ArrayRef<int64_t>(factor.shape()))));
    layer.build(cost, operands, tokens, schedule);
    return cost.get();
  };
  return getCandidates(problem, machine, threads, costOf).front().schedule;
}

Contender Entrant::enter(int64_t m, int threads, void *x, void *y, int64_t copies) {
  int64_t cols = getPanel(layer.structure, layer.type, target);
  Schedule schedule = chooseSchedule(layer, cols, m, threads, target);
  auto found = llvm::find_if(kernels, [&](const auto &entry) { return entry.first == schedule; });
  if (found == kernels.end()) {
    kernels.emplace_back(schedule, CompiledKernel::compile(layer, schedule, target));
    found = std::prev(kernels.end());
  }
  // Each copy lies in one piece, a cache line of distance between factors.
  size_t size = 0;
  std::vector<size_t> offsets;
  for (const HostTensor &factor : layer.factors) {
    offsets.push_back(size);
    size += (factor.bytes().size() + 127) / 64 * 64;
  }
  Pages pages = allocatePages(size * copies);
  std::vector<std::function<void()>> calls;
  for (int64_t copy = 0; copy < copies; ++copy) {
    std::vector<void *> factors;
    for (auto [factor, offset] : llvm::zip_equal(layer.factors, offsets)) {
      char *memory = pages.get() + copy * size + offset;
      std::memcpy(memory, factor.bytes().data(), factor.bytes().size());
      factors.push_back(memory);
    }
    calls.push_back(found->second.bind(layer, m, x, factors, y));
  }
  auto run = [calls, pages](int64_t copy) { calls[copy](); };
  return {layer.structure.name(), copies, run, {}, 0};
}

double Entrant::check(int64_t m, const HostTensor &x, const HostTensor &y) const {
  constexpr int samples = 24;
  double precision = layer.type == ElementType::F32 ? 1e-4 : 2e-2, worst = 0;
  for (int i = 0; i < samples; ++i) {
    // The first and the last output are among them.
    int64_t output = i * (layer.shape.outputs - 1) / (samples - 1), token = i * 7919 % m;
    std::vector<float> row = layer.row(output);
    double sum = 0, squares = 0;
    for (int64_t t = 0; t < layer.shape.inputs; ++t) {
      double product = double(read(x, token * layer.shape.inputs + t)) * row[t];
      sum += product;
      squares += product * product;
    }
    double error = std::abs(read(y, token * layer.shape.outputs + output) - sum);
    error /= precision * (std::sqrt(squares) + 1);
    worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  }
  return worst;
}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

std::string Cell::key() const {
  return llvm::formatv("{0}x{1} {2} m{3} T{4} {5}", shape.inputs, shape.outputs, mlirName(type),
                       tokens.m, threads, tokens.cold ? "cold" : "hot")
      .str();
}

int64_t benchmark::countCopies(Tokens tokens, size_t bytes) {
  return tokens.cold ? 4 * lastLevelCacheBytes() / bytes + 1 : 1;
}

static double getLoad() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

void Race::add(Contender contender, llvm::json::Object fact) {
  fact["name"] = contender.name;
  contenders.push_back(std::move(contender));
  facts.push_back(std::move(fact));
}

llvm::json::Object Race::run(llvm::json::Object cell, const RaceOptions &options) {
  race(contenders, options);
  llvm::json::Array results;
  for (auto [contender, fact] : llvm::zip_equal(contenders, facts)) {
    fact["seconds"] = llvm::json::Array(contender.seconds);
    results.push_back(std::move(fact));
  }
  cell["load"] = getLoad();
  cell["contenders"] = std::move(results);
  return cell;
}

llvm::json::Object benchmark::describe(llvm::StringRef kind, double keep, size_t bytes) {
  return llvm::json::Object{{"kind", kind}, {"keep", keep}, {"bytes", static_cast<int64_t>(bytes)}};
}

/// MLIR's sparsifier for the layer of `entrant`, where it ends in a reasonable time: it
/// multiplies element by element.
static void addSparsifier(const Cell &cell, const Entrant &entrant, void *x, void *y,
                          Race &contest) {
  const Layer &layer = entrant.getLayer();
  double products = layer.keep * layer.shape.inputs * layer.shape.outputs * cell.tokens.m;
  if (cell.threads > 1 || products > 2e8)
    return;
  int64_t copies = countCopies(cell.tokens, layer.bytes());
  Peer peer = makeSparsifier(layer, entrant.getTarget(), cell.tokens.m, x, y, copies);
  if (!peer.run)
    return;
  llvm::json::Object facts = describe("sparsifier", layer.keep, layer.bytes());
  facts["of"] = layer.structure.name();
  contest.add({peer.name, copies, peer.run, {}, 0}, std::move(facts));
}

llvm::json::Object benchmark::runCell(const Cell &cell, std::vector<Entrant> &entrants,
                                      const HostTensor &weight, const RaceOptions &options,
                                      std::vector<std::string> &wrong) {
  int64_t m = cell.tokens.m;
  HostTensor x = randomTensor(cell.type, m, cell.shape.inputs, 99);
  HostTensor y = HostTensor::allocate(cell.type, {m, cell.shape.outputs});
  void *xs = x.mutableBytes().data(), *ys = y.mutableBytes().data();
  Race contest;

  size_t denseBytes = weight.bytes().size();
  int64_t copies = countCopies(cell.tokens, denseBytes);
  DenseProblem problem{m, cell.shape.inputs, cell.shape.outputs, cell.type, xs, ys, weight, copies};
  std::vector<Peer> peers{makeOpenBlas(problem, cell.threads), makeOneDnn(problem)};
  if (cell.type != ElementType::F32) {
    // Where a library has no fast kernels of the type, its f32 is what a user has.
    HostTensor wide = randomTensor(ElementType::F32, cell.shape.outputs, cell.shape.inputs, 5);
    HostTensor wideX = randomTensor(ElementType::F32, m, cell.shape.inputs, 99);
    auto wideY = std::make_shared<HostTensor>(
        HostTensor::allocate(ElementType::F32, {m, cell.shape.outputs}));
    DenseProblem inF32{m,
                       cell.shape.inputs,
                       cell.shape.outputs,
                       ElementType::F32,
                       wideX.bytes().data(),
                       wideY->mutableBytes().data(),
                       wide,
                       countCopies(cell.tokens, wide.bytes().size())};
    for (Peer peer : {makeOpenBlas(inF32, cell.threads), makeOneDnn(inF32)})
      if (peer.run)
        peers.push_back({peer.name + " in f32", [peer, wideX, wideY, copies = inF32.copies](
                                                    int64_t copy) { peer.run(copy % copies); }});
  }
  for (const Peer &peer : peers) {
    if (!peer.run)
      continue;
    contest.add({peer.name, copies, peer.run, {}, 0}, describe("library", 1, denseBytes));
  }
  for (Entrant &entrant : entrants) {
    const Layer &layer = entrant.getLayer();
    bool dense = layer.structure.family == Structure::Family::Dense;
    contest.add(entrant.enter(m, cell.threads, xs, ys, countCopies(cell.tokens, layer.bytes())),
                describe(dense ? "dense" : "structured", layer.keep, layer.bytes()));
    std::memset(ys, 0xff, y.bytes().size());
    contest.back().run(0);
    double error = entrant.check(m, x, y);
    if (!(error <= 1))
      wrong.push_back(
          llvm::formatv("{0}: {1}: error {2:f}", cell.key(), layer.structure.name(), error).str());
  }
  for (Entrant &entrant : entrants)
    addSparsifier(cell, entrant, xs, ys, contest);
  return contest.run(llvm::json::Object{{"inputs", cell.shape.inputs},
                                        {"outputs", cell.shape.outputs},
                                        {"type", mlirName(cell.type)},
                                        {"m", m},
                                        {"threads", cell.threads},
                                        {"cold", cell.tokens.cold}},
                     options);
}
