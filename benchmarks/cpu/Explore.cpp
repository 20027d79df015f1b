//===- Explore.cpp - one layer under several schedules --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For work on kernels: times schedules of one layer against the dense libraries, or
// prints a kernel for LLVM's tools.
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Memory.h"
#include "Peers.h"
#include "Race.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Numerics/BlasKernels.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <cstring>
#include <map>

using namespace structlin;
using namespace structlin::benchmark;
using namespace structlin::kernels;
namespace cl = llvm::cl;

static cl::opt<std::string>
    structureText("structure", cl::init("dense"),
                  cl::desc("dense, low-rank:R, blast:B:R, blocks:H:W:KEEP, "
                           "sparse:KEEP, n-of-m:N:M, low-rank-sparse:R:KEEP"));
static cl::opt<std::string> shapeText("shape", cl::init("4096x4096"), cl::desc("inputs x outputs"));
static cl::opt<std::string> typeText("type", cl::init("f32"));
static cl::list<int> tokenCounts("tokens", cl::CommaSeparated);
static cl::list<std::string> schedules("schedule", cl::ZeroOrMore,
                                       cl::desc("rows,cols,unroll,chunk,block,ahead,next,memory"));
static cl::opt<bool> cold("cold"), printOnly("print-kernel"), noPeers("no-peers");
static cl::opt<int> threads("team", cl::init(1)), rounds("rounds", cl::init(9));
static cl::opt<std::string> targetName("kernel-target", cl::init("avx2"));

static Structure parseStructure(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ':');
  auto number = [&](size_t i) { return std::atof(parts[i].str().c_str()); };
  Structure s;
  using F = Structure::Family;
  if (parts[0] == "low-rank") {
    s.family = F::LowRank;
    s.rank = number(1);
  } else if (parts[0] == "blast") {
    s.family = F::Blast;
    s.blocks = number(1);
    s.rank = number(2);
  } else if (parts[0] == "blocks") {
    s.family = F::BlockSparse;
    s.height = number(1);
    s.width = number(2);
    s.density = number(3);
  } else if (parts[0] == "sparse") {
    s.family = F::Sparse;
    s.density = number(1);
  } else if (parts[0] == "n-of-m") {
    s.family = F::Sparse;
    s.n = number(1);
    s.m = number(2);
    s.density = double(s.n) / s.m;
  } else if (parts[0] == "low-rank-sparse") {
    s.family = F::LowRankSparse;
    s.rank = number(1);
    s.density = number(2);
  }
  return s;
}

static Schedule parseSchedule(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',');
  auto number = [&](size_t i) {
    return i < parts.size() ? std::atol(parts[i].str().c_str()) : i == 2 ? 1 : 0;
  };
  Schedule s;
  s.rows = number(0);
  s.cols = number(1);
  s.unroll = number(2);
  s.chunk = number(3);
  s.block = number(4);
  s.ahead = number(5);
  s.nextPanel = number(6);
  s.order = number(7) ? Order::Memory : Order::Panels;
  return s;
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv);
  useCores(threads);
  structlin_set_num_threads(threads);
  numerics::selectBlasKernels();
  Structure structure = parseStructure(structureText);
  auto [in, out] = llvm::StringRef(shapeText).split('x');
  Shape shape{std::atol(in.str().c_str()), std::atol(out.str().c_str())};
  ElementType type = *parseMlirName(typeText);
  Target target = *Target::get(targetName);
  std::map<int64_t, Layer> layers;
  auto getLayer = [&](int64_t cols) -> Layer & {
    auto found = layers.find(cols);
    if (found == layers.end())
      found = layers.emplace(cols, makeLayer(shape, type, structure, target, cols, 1)).first;
    return found->second;
  };
  if (printOnly) {
    Schedule schedule = parseSchedule(schedules[0]);
    printKernel(getLayer(schedule.cols), schedule, target, llvm::outs());
    return 0;
  }
  size_t coldBytes = 4 * lastLevelCacheBytes();
  std::map<std::string, CompiledKernel> compiled;
  for (int m : tokenCounts) {
    HostTensor x = randomTensor(type, m, shape.inputs, 99);
    HostTensor y = HostTensor::allocate(type, {m, shape.outputs});
    void *xs = x.mutableBytes().data(), *ys = y.mutableBytes().data();
    std::vector<Contender> contenders;
    size_t denseBytes = shape.inputs * shape.outputs * byteSize(type);
    int64_t denseCopies = cold ? coldBytes / denseBytes + 1 : 1;
    HostTensor w = randomTensor(type, shape.outputs, shape.inputs, 5);
    DenseProblem problem{m, shape.inputs, shape.outputs, type, xs, ys, w, denseCopies};
    if (!noPeers)
      for (Peer &peer : std::vector<Peer>{makeOpenBlas(problem, threads), makeOneDnn(problem)})
        if (peer.run)
          contenders.push_back({peer.name, denseCopies, peer.run, {}, 0});
    std::vector<Pages> memory;
    for (const std::string &text : schedules) {
      Schedule schedule = parseSchedule(text);
      Layer &layer = getLayer(schedule.cols);
      if (!compiled.count(text))
        compiled[text] = CompiledKernel::compile(layer, schedule, target);
      int64_t copies = cold ? coldBytes / layer.bytes() + 1 : 1;
      std::vector<std::function<void()>> calls;
      for (int64_t copy = 0; copy < copies; ++copy) {
        std::vector<void *> factors;
        for (HostTensor &factor : layer.factors) {
          memory.push_back(allocatePages(factor.bytes().size() + 4096));
          std::memcpy(memory.back().get(), factor.bytes().data(), factor.bytes().size());
          factors.push_back(memory.back().get());
        }
        calls.push_back(compiled[text].bind(layer, m, xs, factors, ys));
      }
      std::memset(ys, 0xff, y.bytes().size());
      calls[0]();
      double worst = 0;
      for (int i = 0; i < 40; ++i) {
        int64_t token = i * 7919 % m, output = i * 104729 % shape.outputs;
        std::vector<float> row = layer.row(output);
        double sum = 0, size = 0;
        for (int64_t t = 0; t < shape.inputs; ++t) {
          double product = double(read(x, token * shape.inputs + t)) * row[t];
          sum += product;
          size += product * product;
        }
        double error = std::abs(read(y, token * shape.outputs + output) - sum);
        worst = std::fmax(worst, std::isnan(error) ? INFINITY : error / (std::sqrt(size) + 1));
      }
      if (!(worst < 0.05))
        llvm::outs() << "WRONG: " << text << " error " << worst << "\n";
      contenders.push_back({text, copies, [calls](int64_t copy) { calls[copy](); }, {}, 0});
    }
    RaceOptions options;
    options.rounds = rounds;
    options.oneThread = threads == 1;
    options.pause = threads > 1 ? 0.003 : 0;
    race(contenders, options);
    llvm::outs() << llvm::formatv("m={0} {1} {2} {3}\n", m, cold ? "cold" : "hot", shapeText,
                                  structure.name());
    double flops = 2.0 * m * shape.inputs * shape.outputs;
    for (Contender &c : contenders) {
      double s = medianOf(c.seconds).value,
             best = *std::min_element(c.seconds.begin(), c.seconds.end());
      bool ours = llvm::is_contained(schedules, c.name);
      const Layer *layer = ours ? &getLayer(parseSchedule(c.name).cols) : nullptr;
      double keep = layer ? layer->keep : 1, bytes = layer ? layer->bytes() : denseBytes;
      llvm::outs() << llvm::formatv(
          "  {0,-28} {1,9:f1} us (best {7,9:f1})  {2,7:f1} GF/s eff. {3,7:f1} GF/s done {4,6:f1} "
          "GB/s  x{5:f2} of first, x{6:f2} of 2nd\n",
          c.name, s * 1e6, flops / s * 1e-9, flops * keep / s * 1e-9, bytes / s * 1e-9,
          ratio(contenders[0], c).value, ratio(contenders[contenders.size() > 1], c).value,
          best * 1e6);
    }
    llvm::outs().flush();
  }
}
