//===- CostTest.cpp - counts against Eval and against closed forms --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/Cost.h"
#include "Problems.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {

/// Caches that hold nothing, so that whatever is read has to come.
constexpr std::array<int64_t, kNumCaches> kNoCaches{0, 0, 0};

//===----------------------------------------------------------------------===//
// Against Eval
//===----------------------------------------------------------------------===//

/// Eval that counts what it is asked to do.
class CountingEval : public Eval {
public:
  explicit CountingEval(Target target) : Eval(std::move(target), [](auto...) {}) {}

  double flops = 0, loaded = 0, stored = 0, prefetches = 0, barriers = 0;

  using Builder::index;
  Index index(const At &position, int64_t bound) override {
    loaded += byteSize(position.buffer.type);
    return Eval::index(position, bound);
  }
  void parallel(Index count, llvm::function_ref<void(Index)> body, const Buffer *weights) override {
    barriers += count.getConstant() > 0;
    Eval::parallel(count, body, weights);
  }
  void prefetch(const At &, CacheLevel) override { ++prefetches; }
  void copyRows(const At &to, const At &from, Index rows, int64_t cols) override {
    double elements = rows.getConstant() * cols;
    loaded += elements * byteSize(from.buffer.type);
    stored += elements * byteSize(to.buffer.type);
    Eval::copyRows(to, from, rows, cols);
  }
  Tile load(const At &from, int64_t rows, int64_t cols, const ProductForm &form) override {
    loaded += rows * cols * byteSize(from.buffer.type);
    return Eval::load(from, rows, cols, form);
  }
  Tile mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) override {
    loaded += acc.cols * form.depth * byteSize(b.buffer.type);
    count(acc, a, depth, form);
    return Eval::mma(acc, a, b, depth, form);
  }
  Tile mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) override {
    count(acc, a, depth, form);
    return Eval::mma(acc, a, b, depth, form);
  }
  Tile expand(const At &mask, const At &values, int64_t cols, const ProductForm &form) override {
    loaded += cols * form.depth / 8.0;
    double size = byteSize(values.buffer.type);
    loaded += Eval::countValues(mask, cols, form).getConstant() * size;
    return Eval::expand(mask, values, cols, form);
  }
  void expand(const At &to, const At &mask, const At &values, int64_t cols,
              const ProductForm &form) override {
    // Eval expands by the function above, which counts the loads.
    stored += cols * form.depth * byteSize(to.buffer.type);
    Eval::expand(to, mask, values, cols, form);
  }
  Tile laneProduct(Tile acc, const At &y, const At &s, int64_t n) override {
    loaded += acc.rows / n * acc.cols * byteSize(y.buffer.type);
    loaded += n * acc.cols * byteSize(s.buffer.type);
    flops += 2.0 * acc.rows * acc.cols;
    return Eval::laneProduct(acc, y, s, n);
  }
  void storeLanes(Tile tile, const At &to, int64_t n) override {
    stored += tile.rows * tile.cols * byteSize(to.buffer.type);
    Eval::storeLanes(tile, to, n);
  }
  void store(Tile tile, const At &to, int64_t cols) override {
    stored += tile.rows * cols * byteSize(to.buffer.type);
    Eval::store(tile, to, cols);
  }
  void finish(llvm::ArrayRef<Tile> tiles, Index row, Index col, Index rows, int64_t cols) override {
    stored += tiles[0].rows * cols * 4.0;
    Eval::finish(tiles, row, col, rows, cols);
  }

private:
  void count(Tile acc, const At &a, int64_t depth, const ProductForm &form) {
    int64_t size = byteSize(a.buffer.type);
    flops += 2.0 * acc.rows * acc.cols * depth;
    loaded += acc.rows * depth * size;
    if (form.usesTiles() && depth != form.depth)
      stored += acc.rows * form.depth * size;
  }
};

/// The problem's kernel, counted.
KernelCost costOf(const Problem &problem, bool isTokensKnown) {
  Cost cost(problem.setting.target, kNoCaches);
  std::vector<Buffer> buffers;
  for (const Array &input : problem.inputs)
    buffers.push_back(
        cost.add(input.type, llvm::SmallVector<Index>(input.shape.begin(), input.shape.end())));
  Index m = problem.setting.m;
  problem.build(cost, buffers, isTokensKnown ? m : cost.add(problem.setting.m));
  return cost.get();
}

class CostTest : public ::testing::TestWithParam<std::tuple<const char *, ElementType>> {};

std::string getName(const ::testing::TestParamInfo<CostTest::ParamType> &info) {
  return std::string(std::get<0>(info.param)) + "_" + mlirName(std::get<1>(info.param)).str();
}
INSTANTIATE_TEST_SUITE_P(
    Targets, CostTest,
    ::testing::Combine(::testing::Values("neon", "avx2", "avx512", "avx512_bf16", "amx"),
                       ::testing::Values(ElementType::F32, ElementType::BF16, ElementType::I8)),
    getName);

TEST_P(CostTest, CountsWhatEvalDoes) {
  auto [name, type] = GetParam();
  Random random(7);
  for (const Setting &setting : getSettings(*Target::get(name), type))
    for (const Problem &problem : makeProblems(setting, random)) {
      // Where blocks lie is not known to the cost: see below.
      if (llvm::StringRef(problem.name).starts_with("block_sparse"))
        continue;
      SCOPED_TRACE(::testing::Message()
                   << problem.name << ", rows " << setting.schedule.rows << " cols "
                   << setting.schedule.cols << " unroll " << setting.schedule.unroll << " chunk "
                   << setting.schedule.chunk << " block " << setting.schedule.block << ", m "
                   << setting.m << " " << setting.inputs << " -> " << setting.outputs);
      CountingEval eval(setting.target);
      std::vector<Buffer> buffers;
      for (const Array &input : problem.inputs)
        buffers.push_back(eval.Eval::add(input));
      problem.build(eval, buffers, setting.m);
      KernelCost cost = costOf(problem, /*isTokensKnown=*/true);
      Counts total = cost.total();
      EXPECT_DOUBLE_EQ(total.flops, eval.flops);
      EXPECT_DOUBLE_EQ(total.storedBytes, eval.stored);
      EXPECT_DOUBLE_EQ(total.prefetches, eval.prefetches);
      // Eval knows of each block of tokens whether its last tile has to be copied.
      if (!setting.target.usesTiles(type))
        EXPECT_DOUBLE_EQ(cost.barriers(), eval.barriers);
      // The average density is what is known of a sparse factor; 64 values lie behind it.
      bool isSparse = llvm::StringRef(problem.name).contains("sparse");
      double passes = std::max<double>(setting.m, 1);
      EXPECT_NEAR(total.loadedBytes, eval.loaded,
                  1e-6 + (isSparse ? passes * 64 * byteSize(setting.type) : 0));
      // Code that does not know the tokens computes the same.
      EXPECT_DOUBLE_EQ(costOf(problem, /*isTokensKnown=*/false).total().flops, eval.flops);
    }
}

//===----------------------------------------------------------------------===//
// Against closed forms
//===----------------------------------------------------------------------===//

/// Sizes that tiles divide, on AVX2: m x k times n x k.
struct Sizes {
  int64_t m, k, n;
};

KernelCost costOfDense(Sizes s, const Schedule &schedule,
                       std::array<int64_t, kNumCaches> caches = kNoCaches) {
  Target target = *Target::get("avx2");
  Cost cost(target, caches);
  PanelLayout layout = PanelLayout::get(target.getProductForm(ElementType::F32), schedule.cols);
  auto shape = layout.packedShape(s.n, s.k);
  Index m = cost.add(s.m);
  Buffer x = cost.add(ElementType::F32, {m, s.k});
  Buffer w = cost.add(ElementType::F32, {shape[0], shape[1], shape[2]});
  buildDense(cost, {m, s.k, s.n, x, w}, schedule);
  return cost.get();
}

TEST(Cost, OfADenseProduct) {
  KernelCost cost = costOfDense({12, 100, 64}, {6, 16});
  Counts total = cost.total();
  EXPECT_EQ(total.flops, 2.0 * 12 * 100 * 64);
  EXPECT_EQ(total.products, 12.0 * 100 * 64 / 8);
  // Each of 4 panels and 2 tiles: 2 vectors of W and 6 elements of x per step.
  EXPECT_EQ(total.loads, 4.0 * 2 * 100 * (2 + 6));
  EXPECT_EQ(total.storedBytes, 12.0 * 64 * 4);
  EXPECT_EQ(cost.vectorRegisters, 15);
  ASSERT_EQ(cost.sections.size(), 1u);
  EXPECT_EQ(cost.sections[0].pieces, 4);
}

TEST(Cost, OfUnequalTiles) {
  // 13 tokens are cut into 5 + 4 + 4.
  KernelCost cost = costOfDense({13, 10, 16}, {6, 16});
  EXPECT_EQ(cost.total().flops, 2.0 * 13 * 10 * 16);
  EXPECT_EQ(cost.total().loads, 10.0 * ((2 + 5) + 2 * (2 + 4)));
  EXPECT_EQ(cost.vectorRegisters, 5 * 2 + 2 + 1);
}

TEST(Cost, OfAnEmptyProduct) {
  KernelCost cost = costOfDense({0, 10, 16}, {6, 16});
  EXPECT_EQ(cost.total().flops, 0);
  EXPECT_EQ(cost.footprint, 0);
}

TEST(Cost, OfUnrolledSteps) {
  KernelCost cost = costOfDense({1, 102, 16}, {1, 16, /*unroll=*/4});
  EXPECT_EQ(cost.total().flops, 2.0 * 102 * 16);
  // 25 rounds of 4 steps, each to accumulators of its own.
  bool found = false;
  for (const StraightCode &code : cost.sections[0].codes) {
    found |= code.times == 25 && code.accumulators == 8 && code.once.products == 8;
  }
  EXPECT_TRUE(found);
}

TEST(Cost, OfChunks) {
  // Sums of 8 tokens go to memory and come back between 5 chunks.
  KernelCost cost = costOfDense({8, 50, 32}, {4, 16, 1, /*chunk=*/10});
  EXPECT_EQ(cost.total().flops, 2.0 * 8 * 50 * 32);
  EXPECT_EQ(cost.total().storedBytes, 4.0 * 8 * 32 * 4 + 8 * 32 * 4);
}

TEST(Cost, OfLowRank) {
  Target target = *Target::get("avx2");
  Cost cost(target, kNoCaches);
  Index m = cost.add(4);
  auto buffer = [&](std::initializer_list<Index> shape) {
    return cost.add(ElementType::F32, llvm::ArrayRef<Index>(shape.begin(), shape.size()));
  };
  Schedule schedule{4, 16};
  buildLowRank(cost,
               {m, 100, 64, 32, buffer({m, 100}), buffer({4, 32, 16}), buffer({2, 100, 16}),
                ElementType::F32},
               schedule);
  EXPECT_EQ(cost.get().total().flops, 2.0 * 4 * 32 * (100 + 64));
  EXPECT_EQ(cost.get().barriers(), 2);
}

TEST(Cost, OfBlast) {
  Target target = *Target::get("avx2");
  Cost cost(target, kNoCaches);
  Index m = cost.add(8);
  auto buffer = [&](std::initializer_list<Index> shape) {
    return cost.add(ElementType::F32, llvm::ArrayRef<Index>(shape.begin(), shape.size()));
  };
  // 64 -> 128 in 4 x 2 blocks of 32 x 32, rank 48.
  buildBlast(cost,
             {m, 64, 128, 4, 2, 48, buffer({m, 64}), buffer({4, 2, 48, 16}), buffer({2, 4, 48}),
              buffer({2, 3, 32, 16}), ElementType::F32},
             {4, 16});
  EXPECT_EQ(cost.get().total().flops, 2.0 * 8 * 48 * (64 + 4 * 2 + 128));
}

TEST(Cost, OfBlocks) {
  Target target = *Target::get("avx2");
  Cost cost(target, kNoCaches);
  Index m = cost.add(6);
  auto i32 = [&](int64_t size) { return cost.add(ElementType::I32, {size}); };
  Buffer x = cost.add(ElementType::F32, {m, 120});
  Buffer values = cost.add(ElementType::F32, {12, 2, 32, 16});
  // 128 x 120 in blocks of 32 x 32, the last of which are 24 wide in x; 3 per row.
  buildBlockSparse(cost, {m, 120, 128, 32, 32, x, values, i32(12), i32(5), 3}, {6, 16});
  EXPECT_EQ(cost.get().total().flops, 2.0 * 6 * 128 * 3 * (0.75 * 32 + 0.25 * 24));
}

TEST(Cost, OfSparse) {
  Target target = *Target::get("avx2");
  Cost cost(target, kNoCaches);
  Index m = cost.add(6);
  Buffer x = cost.add(ElementType::F32, {m, 100});
  Buffer masks = cost.add(ElementType::I8, {2, 100, 2}), values = cost.add(ElementType::F32, {800});
  Buffer starts = cost.add(ElementType::I32, {3});
  buildSparse(cost, {m, 100, 32, x, masks, values, starts}, {2, 16});
  Counts total = cost.get().total();
  // Zeros are multiplied as well: what is saved is memory.
  EXPECT_EQ(total.flops, 2.0 * 6 * 100 * 32);
  EXPECT_EQ(total.expansions, 2.0 * 100 * 2);
  // One pass over starts, masks and values (a quarter of all); the expanded panel for each
  // of 3 tiles of tokens, and x for each panel.
  EXPECT_EQ(total.loadedBytes,
            2 * 4 + 2 * 100 * 2 + 800 * 4.0 + 3 * 2 * 100 * 16 * 4 + 2 * 6 * 100 * 4);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

TEST(Cost, OfMemoryOnceWhereItFits) {
  Sizes s{12, 100, 64};
  double x = 12 * 100 * 4, w = 64 * 100 * 4, y = 12 * 64 * 4, panel = w / 4, tile = x / 2;
  KernelCost cost =
      costOfDense(s, {6, 16}, {int64_t(panel + tile), int64_t(panel + 2 * x), 1 << 20});
  EXPECT_EQ(cost.footprint, x + w + y);
  // The innermost cache holds a panel beside a tile of x, but not all of x.
  EXPECT_GE(cost.traffic[0], w + 4 * x + 2 * y);
  // The next one keeps x for all panels; the last one everything.
  EXPECT_EQ(cost.traffic[1], w + x + 2 * y);
  EXPECT_EQ(cost.traffic[2], w + x + 2 * y);
}

TEST(Cost, OfMemoryInEachPassWhereItDoesNotFit) {
  Sizes s{12, 100, 64};
  double x = 12 * 100 * 4, w = 64 * 100 * 4, y = 12 * 64 * 4;
  KernelCost cost = costOfDense(s, {6, 16}, {64, 64, 64});
  // Every panel for each of 2 tiles, every tile for each of 4 panels.
  EXPECT_EQ(cost.traffic[0], 2 * w + 4 * x + 2 * y);
}

//===----------------------------------------------------------------------===//
// Inner loops
//===----------------------------------------------------------------------===//

TEST(Cost, HasEveryInnerLoop) {
  Target target = *Target::get("avx2");
  auto build = [](Cost &cost) {
    Index m = cost.add(1);
    Buffer x = cost.add(ElementType::F32, {m, 100}), w = cost.add(ElementType::F32, {4, 100, 16});
    buildDense(cost, {m, 100, 64, x, w}, {3, 16});
  };
  std::vector<InnerLoop> loops = Cost::innerLoops(target, build);
  // One for each size of a token tile.
  ASSERT_EQ(loops.size(), 3u);
  for (int64_t rows = 1; rows <= 3; ++rows) {
    EXPECT_EQ(loops[rows - 1].products, rows * 2);
    EXPECT_EQ(loops[rows - 1].loads, rows + 2);
  }
}

} // namespace
