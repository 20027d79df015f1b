//===- FitBenchmark.cpp - time of one fit of each family -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A Gaussian 768 x 3072 weight (ViT-B and GPT2-S fc1, papers' table of cases) in
// f32, at the papers' sizes of factors. Reports seconds per fit and the error.
//
// lowRankLayer takes the weights of a 1B-parameter decoder at half of the parameters
// and reports the operations per second that the method counts (GramSvd.h); product
// is what a product of matrices of that size reaches, the bound.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/Blast.h"
#include "structlin/Numerics/BlockSparse.h"
#include "structlin/Numerics/Error.h"
#include "structlin/Numerics/LowRank.h"
#include "structlin/Numerics/LowRankSparse.h"
#include "structlin/Numerics/Sparse.h"
#include <algorithm>
#include <benchmark/benchmark.h>
#include <random>

using namespace structlin::numerics;

namespace {

constexpr int64_t kOutputs = 3072, kInputs = 768;

Matrix<float> gaussian(int64_t rows, int64_t cols) {
  Matrix<float> result(rows, cols);
  std::mt19937_64 generator(1);
  std::normal_distribution<float> normal;
  for (float &value : result.data)
    value = normal(generator);
  return result;
}

const Matrix<float> &getWeight() {
  static const Matrix<float> weight = gaussian(kOutputs, kInputs);
  return weight;
}

/// Times `fit`, which returns a Result of factors; the error is taken once, outside
/// of the time.
template <typename Fit> void run(benchmark::State &state, Fit fit) {
  MatrixView<const float> weight = getWeight().view();
  for (auto _ : state)
    benchmark::DoNotOptimize(fit(weight));
  auto factors = fit(weight);
  if (!factors) {
    state.SkipWithError(factors.error().c_str());
    return;
  }
  state.counters["error"] = relativeError(getWeight(), reconstruct(*factors));
}

void lowRank(benchmark::State &state) {
  run(state, [&](auto weight) { return fitLowRank(weight, state.range(0)); });
}

benchmark::Counter perSecond(double operations) {
  return benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

void lowRankLayer(benchmark::State &state) {
  Matrix<float> weight = gaussian(state.range(0), state.range(1));
  int64_t rank = state.range(2);
  for (auto _ : state)
    benchmark::DoNotOptimize(fitLowRank<float>(weight, rank));
  double longer = std::max(weight.rows, weight.cols), shorter = std::min(weight.rows, weight.cols);
  state.counters["flops"] =
      perSecond(longer * shorter * shorter + 4.0 / 3 * shorter * shorter * shorter +
                2 * shorter * shorter * rank + 2 * longer * shorter * rank);
}

void product(benchmark::State &state) {
  int64_t rows = state.range(0), cols = state.range(1), inner = state.range(2);
  LowRankFactors<double> factors{Matrix<double>(rows, inner), Matrix<double>(inner, cols)};
  for (auto _ : state)
    benchmark::DoNotOptimize(reconstruct(factors));
  state.counters["flops"] = perSecond(2.0 * rows * cols * inner);
}

void blockSparseLayer(benchmark::State &state) {
  Matrix<float> weight = gaussian(state.range(0), state.range(1));
  int64_t blocks = state.range(0) * state.range(1) / (2 * 32 * 32);
  for (auto _ : state)
    benchmark::DoNotOptimize(fitBlockSparse<float>(weight, 32, 32, blocks));
  state.counters["bytes"] = perSecond(4.0 * weight.data.size());
}

void blast(benchmark::State &state) {
  MatrixView<const float> weight = getWeight().view();
  BlastOptions options;
  options.sweeps = state.range(2);
  options.structuredStarts = state.range(3) != 0;
  double error = 0;
  for (auto _ : state) {
    auto fit = fitBlast(weight, state.range(0), state.range(0), state.range(1), options);
    error = fit ? fit->error : -1;
  }
  state.counters["error"] = error;
}

void blockSparse(benchmark::State &state) {
  int64_t size = state.range(0);
  int64_t blocks = ceilDiv(kOutputs, size) * ceilDiv(kInputs, size) / state.range(1);
  run(state, [&](auto weight) { return fitBlockSparse(weight, size, size, blocks); });
}

void sparse(benchmark::State &state) {
  run(state, [&](auto weight) {
    return fitSparse(weight, SparseScope::Tensor, kOutputs * kInputs / state.range(0));
  });
}

void sparseNM(benchmark::State &state) {
  run(state, [&](auto weight) { return fitNM(weight, state.range(0), state.range(1)); });
}

void lowRankSparse(benchmark::State &state) {
  MatrixView<const float> weight = getWeight().view();
  LowRankSparseOptions options;
  options.iterations = state.range(1);
  double error = 0;
  for (auto _ : state) {
    auto fit =
        fitLowRankSparse(weight, state.range(0), SparsePattern::perRow(kInputs * 2 / 5), options);
    error = fit ? fit->error : -1;
  }
  state.counters["error"] = error;
}

} // namespace

BENCHMARK(lowRank)->ArgName("rank")->Arg(64)->Arg(192)->Unit(benchmark::kMillisecond);
BENCHMARK(lowRankLayer)
    ->ArgNames({"outputs", "inputs", "rank"})
    ->Args({512, 2048, 204})
    ->Args({2048, 2048, 512})
    ->Args({8192, 2048, 819})
    ->Args({2048, 8192, 819})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(product)
    ->ArgNames({"rows", "cols", "inner"})
    ->Args({8192, 2048, 819})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(blockSparseLayer)
    ->ArgNames({"outputs", "inputs"})
    ->Args({8192, 2048})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(blast)
    ->ArgNames({"blocks", "rank", "sweeps", "starts"})
    ->Args({6, 192, 10, 0})
    ->Args({6, 192, 100, 0})
    ->Args({6, 192, 100, 1})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(blockSparse)
    ->ArgNames({"block", "one_in"})
    ->Args({16, 4})
    ->Args({32, 4})
    ->Args({64, 4})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(sparse)->ArgName("one_in")->Arg(2)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(sparseNM)->ArgNames({"n", "m"})->Args({2, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(lowRankSparse)
    ->ArgNames({"rank", "iterations"})
    ->Args({61, 80})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
