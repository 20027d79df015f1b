//===- Problems.cpp - problems for tests of kernels -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problems.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

static Matrix sum(Matrix lhs, const Matrix &rhs) {
  for (size_t i = 0; i < lhs.data.size(); ++i)
    lhs.data[i] += rhs.data[i];
  return lhs;
}

static Array plain(const Setting &setting, const Matrix &matrix) {
  return makeArray(setting.type, {matrix.rows, matrix.cols}, matrix.data);
}

static Array packed(const Setting &setting, const Matrix &w) {
  auto shape = setting.layout().packedShape(w.rows, w.cols);
  return makeArray(setting.type, {shape.begin(), shape.end()}, pack(w, setting.layout()));
}

/// Matrices of one shape, packed one after the other.
static Array packed(const Setting &setting, const std::vector<Matrix> &blocks) {
  auto shape = setting.layout().packedShape(blocks[0].rows, blocks[0].cols);
  std::vector<int64_t> extents{static_cast<int64_t>(blocks.size())};
  extents.insert(extents.end(), shape.begin(), shape.end());
  std::vector<double> data;
  for (const Matrix &w : blocks) {
    std::vector<double> one = pack(w, setting.layout());
    data.insert(data.end(), one.begin(), one.end());
  }
  return makeArray(setting.type, std::move(extents), std::move(data));
}

static Array indices(std::vector<double> values) {
  int64_t size = values.size();
  return makeArray(ElementType::I32, {size}, std::move(values));
}

std::vector<Setting> test::getSettings(const Target &target, ElementType type) {
  ProductForm form = target.getProductForm(type);
  int64_t width = form.usesTiles() ? form.columns : target.lanes(form.accumulator);
  std::vector<Schedule> schedules(8);
  schedules[0] = {3, width};
  schedules[1] = {1, 2 * width, /*unroll=*/3};
  schedules[2] = {4, width, 1, /*chunk=*/2};
  schedules[2].order = Order::Memory;
  schedules[3] = {2, width, 1, 0, /*block=*/3, Split::Outputs, /*ahead=*/128};
  schedules[4] = {3, 2 * width, 2, 3, /*block=*/5, Split::Tokens, 0, /*nextPanel=*/true};
  schedules[5] = {2, width, 1, 0, /*block=*/4, Split::Tokens};
  schedules[6] = {32, 2 * width}; // Two rows of matrix registers.
  schedules[7] = {6, width};
  // Rows whose distance is such that kernels copy them apart.
  int64_t colliding = type == ElementType::I8 ? 64 : 1024 / byteSize(type);
  std::vector<Setting> settings;
  for (const Schedule &schedule : schedules) {
    if (!checkSchedule(schedule, type, target).empty())
      continue;
    auto add = [&](int64_t m, int64_t inputs, int64_t outputs) {
      settings.push_back({target, type, schedule, m, inputs, outputs});
    };
    add(0, 8, 8);
    add(1, 1, 1);
    add(5, 33, width);
    add(7, 64, 3);
    add(4, 100, 2 * width + 5);
    add(11, 37, 5 * width - 1);
    add(40, 64, 2 * width);
    add(13, colliding, width + 3);
  }
  return settings;
}

Problem test::makeDense(const Setting &s, Random &random) {
  Matrix x = randomMatrix(s.m, s.inputs, random), w = randomMatrix(s.outputs, s.inputs, random);
  auto build = [s](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildDense(builder, {m, s.inputs, s.outputs, in[0], in[1]}, s.schedule);
  };
  return {"dense", s, {plain(s, x), packed(s, w)}, multiply(x, w), build};
}

Problem test::makeLowRank(const Setting &s, Random &random, int64_t rank) {
  // A sparse factor keeps inner results small enough for bf16 and i8.
  Matrix x = randomMatrix(s.m, s.inputs, random), u = randomMatrix(s.outputs, rank, random);
  Matrix v = randomMatrix(rank, s.inputs, random, 0.2);
  auto build = [=](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildLowRank(builder, {m, s.inputs, s.outputs, rank, in[0], in[1], in[2], s.type}, s.schedule);
  };
  return {
      "low_rank", s, {plain(s, x), packed(s, u), packed(s, v)}, multiply(multiply(x, v), u), build};
}

Problem test::makeBlockSparse(const Setting &s, Random &random, int64_t height, int64_t width) {
  int64_t rows = numPieces(s.outputs, height), cols = numPieces(s.inputs, width);
  Matrix x = randomMatrix(s.m, s.inputs, random), w(s.outputs, s.inputs);
  Matrix dense = randomMatrix(s.outputs, s.inputs, random);
  // Offsets are absolute, they need not start at 0; block row 1 is empty.
  std::vector<Matrix> blocks{randomMatrix(height, width, random)};
  std::vector<double> columns{0}, offsets{1};
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) {
      if (i == 1 || random() % 3 != 0)
        continue;
      columns.push_back(j);
      blocks.push_back(block(dense, i * height, j * width, height, width));
      for (int64_t a = i * height; a < std::min((i + 1) * height, s.outputs); ++a)
        for (int64_t b = j * width; b < std::min((j + 1) * width, s.inputs); ++b)
          w(a, b) = dense(a, b);
    }
    offsets.push_back(blocks.size());
  }
  auto build = [=](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildBlockSparse(
        builder, {m, s.inputs, s.outputs, height, width, in[0], in[1], in[2], in[3], cols / 3.0},
        s.schedule);
  };
  return {"block_sparse_" + std::to_string(height) + "x" + std::to_string(width),
          s,
          {plain(s, x), packed(s, blocks), indices(columns), indices(offsets)},
          multiply(x, w),
          build};
}

/// Masks, values and starts of `w`.
static std::vector<Array> compressed(const Setting &s, const Matrix &w) {
  PanelLayout layout = s.layout();
  std::vector<double> dense = pack(w, layout), masks(dense.size() / 8), values, starts;
  int64_t panels = layout.numPanels(w.rows), steps = layout.numSteps(w.cols);
  for (size_t i = 0; i < dense.size(); ++i) {
    if (i % (steps * layout.stepSize()) == 0)
      starts.push_back(values.size());
    if (dense[i] == 0)
      continue;
    masks[i / 8] += 1 << (i % 8);
    values.push_back(dense[i]);
  }
  starts.push_back(values.size());
  for (double &byte : masks)
    byte = static_cast<int8_t>(static_cast<int>(byte));
  // A vector is read whole: its last values are followed by others.
  values.resize(values.size() + 64);
  int64_t size = values.size();
  return {makeArray(ElementType::I8, {panels, steps, layout.stepSize() / 8}, masks),
          makeArray(s.type, {size}, values), indices(starts)};
}

Problem test::makeSparse(const Setting &s, Random &random) {
  Matrix x = randomMatrix(s.m, s.inputs, random);
  Matrix w = randomMatrix(s.outputs, s.inputs, random, 0.4);
  std::vector<Array> inputs{plain(s, x)};
  for (Array &array : compressed(s, w))
    inputs.push_back(std::move(array));
  auto build = [=](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildSparse(builder, {m, s.inputs, s.outputs, in[0], in[1], in[2], in[3]}, s.schedule);
  };
  return {"sparse", s, std::move(inputs), multiply(x, w), build};
}

Problem test::makeLowRankSparse(const Setting &s, Random &random, int64_t rank) {
  Problem problem = makeSparse(s, random);
  Matrix x(s.m, s.inputs), u = randomMatrix(s.outputs, rank, random);
  Matrix v = randomMatrix(rank, s.inputs, random, 0.2);
  x.data = problem.inputs[0].data;
  problem.name = "low_rank_sparse";
  problem.inputs.push_back(packed(s, u));
  problem.inputs.push_back(packed(s, v));
  problem.expected = sum(problem.expected, multiply(multiply(x, v), u));
  problem.build = [=](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildLowRankSparse(
        builder, {{m, s.inputs, s.outputs, in[0], in[1], in[2], in[3]}, rank, in[4], in[5], s.type},
        s.schedule);
  };
  return problem;
}

Problem test::makeBlast(const Setting &s, Random &random, int64_t b1, int64_t b2, int64_t rank) {
  int64_t p = numPieces(s.outputs, b1), q = numPieces(s.inputs, b2);
  int64_t panels = s.layout().numPanels(rank), lanes = s.schedule.cols;
  Matrix x = randomMatrix(s.m, s.inputs, random);
  Matrix w(s.outputs, s.inputs), scales(b2 * b1, rank), packedScales(panels * b2 * b1, lanes);
  std::vector<Matrix> us, vs;
  auto length = [](int64_t total, int64_t size, int64_t number) {
    return std::max<int64_t>(0, std::min(size, total - number * size));
  };
  for (int64_t i = 0; i < b1; ++i)
    us.push_back(block(randomMatrix(length(s.outputs, p, i), rank, random), 0, 0, p, rank));
  for (int64_t j = 0; j < b2; ++j)
    vs.push_back(block(randomMatrix(rank, length(s.inputs, q, j), random, 0.2), 0, 0, rank, q));
  for (int64_t e = 0; e < b1 * b2; ++e)
    for (int64_t k = 0; k < rank; ++k)
      packedScales(k / lanes * b1 * b2 + e, k % lanes) = scales(e, k) = int64_t(random() % 3) - 1;
  for (int64_t a = 0; a < s.outputs; ++a)
    for (int64_t b = 0; b < s.inputs; ++b)
      for (int64_t k = 0; k < rank; ++k)
        w(a, b) += us[a / p](a % p, k) * scales(b / q * b1 + a / p, k) * vs[b / q](k, b % q);
  auto build = [=](Builder &builder, llvm::ArrayRef<Buffer> in, Index m) {
    buildBlast(builder, {m, s.inputs, s.outputs, b1, b2, rank, in[0], in[1], in[2], in[3], s.type},
               s.schedule);
  };
  Array packedS = makeArray(s.type, {panels, b2, b1, lanes}, packedScales.data);
  return {"blast_" + std::to_string(b1) + "x" + std::to_string(b2),
          s,
          {plain(s, x), packed(s, us), packedS, packed(s, vs)},
          multiply(x, w),
          build};
}

std::vector<Problem> test::makeProblems(const Setting &setting, Random &random) {
  std::vector<Problem> problems{makeDense(setting, random), makeLowRank(setting, random)};
  for (auto [b1, b2] : {std::pair<int64_t, int64_t>{2, 3}, {4, 4}, {3, 1}})
    problems.push_back(makeBlast(setting, random, b1, b2));
  for (auto [height, width] : {std::pair<int64_t, int64_t>{16, 16}, {32, 8}, {3, 5}})
    problems.push_back(makeBlockSparse(setting, random, height, width));
  // The mask of a step is made of whole bytes.
  if (setting.layout().stepSize() % 8 == 0) {
    problems.push_back(makeSparse(setting, random));
    problems.push_back(makeLowRankSparse(setting, random));
  }
  return problems;
}
