//===- Families.cpp - one product of every family -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Factors of every family in ragged shapes, and W' from their definition. Integer
// factors are thinned out, so that inner results stay exact in the narrowest `mid`
// (bf16 holds integers up to 256).
//
//===----------------------------------------------------------------------===//

#include "Problem.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <cmath>

using namespace structlin;
using namespace structlin::test;

/// About `terms` of `length` values are other than zero, if values are integers.
static double density(const Values &values, double terms, int64_t length) {
  return values.kind() == Data::Integers ? terms / double(std::max<int64_t>(length, 1)) : 1.0;
}

static HostTensor makeTensor(ElementType type, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<double> values) {
  return HostTensor::fromDoubles(type, shape, values);
}

/// x and init; everything else is the family's.
static Problem makeProblem(const Types &types, const Shape &shape, Values &values) {
  int64_t m = shape.m, n = shape.numOutputs, k = shape.numInputs;
  HostTensor x = makeTensor(types.element, {m, k}, values.draw(m * k));
  HostTensor init = makeTensor(types.init, {m, n}, values.draw(m * n));
  return {types, shape, x, init, {}, "", Dense(n, k), Dense(n, k), k + 1};
}

/// Adds a factor and returns its values as stored.
static std::vector<double> addFactor(Problem &problem, ElementType type,
                                     llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> values) {
  problem.factors.push_back(makeTensor(type, shape, values));
  return problem.factors.back().toDoubles();
}

static std::string formatTensor(const HostTensor &tensor) {
  return "tensor<" + formatType(tensor.type(), tensor.shape()) + ">";
}

/// `m` as the function sees it.
static std::string formatRows(const Problem &problem, const HostTensor &tensor) {
  std::string rows = problem.shape.isDynamic ? "?" : std::to_string(problem.shape.m);
  return "tensor<" + rows + "x" + std::to_string(tensor.dim(1)) + "x" +
         mlirName(tensor.type()).str() + ">";
}

/// `%result = structlin.op ins(%x, %fA..%fB) outs(%init)`.
static std::string formatProduct(const Problem &problem, const std::string &op,
                                 const std::string &result, const std::string &init,
                                 unsigned firstFactor, unsigned numFactors, bool hasMid,
                                 const std::string &attributes = "") {
  std::string operands = "%x", operandTypes = formatRows(problem, problem.x);
  for (unsigned i = firstFactor; i < firstFactor + numFactors; ++i) {
    operands += ", %f" + std::to_string(i);
    operandTypes += ", " + formatTensor(problem.factors[i]);
  }
  std::string initType = formatRows(problem, problem.init);
  std::string text = "    " + result + " = structlin." + op + " ins(" + operands + " : " +
                     operandTypes + ") outs(" + init + " : " + initType + ") {TAG" + attributes +
                     ", acc = " + mlirName(problem.types.acc).str();
  if (hasMid && problem.types.mid)
    text += ", mid = " + mlirName(*problem.types.mid).str();
  return text + "} -> " + initType + "\n";
}

//===----------------------------------------------------------------------===//
// Parts of weights
//===----------------------------------------------------------------------===//

static void addLinear(Problem &problem, Values &values) {
  const Shape &shape = problem.shape;
  int64_t n = shape.numOutputs, k = shape.numInputs;
  std::vector<double> w = addFactor(problem, problem.types.element, {n, k}, values.draw(n * k));
  for (int64_t i = 0; i < n * k; ++i) {
    problem.weight.entries[i] += w[i];
    problem.absoluteWeight.entries[i] += std::fabs(w[i]);
  }
}

static void addLowRank(Problem &problem, Values &values) {
  const Shape &shape = problem.shape;
  int64_t n = shape.numOutputs, k = shape.numInputs, r = std::max<int64_t>(1, std::min(n, k) / 3);
  ElementType type = problem.types.element;
  std::vector<double> u =
      addFactor(problem, type, {n, r}, values.draw(n * r, density(values, 4, r)));
  std::vector<double> v =
      addFactor(problem, type, {r, k}, values.draw(r * k, density(values, 12, k)));
  for (int64_t o = 0; o < n; ++o)
    for (int64_t l = 0; l < r; ++l)
      for (int64_t i = 0; i < k; ++i) {
        problem.weight.at(o, i) += u[o * r + l] * v[l * k + i];
        problem.absoluteWeight.at(o, i) += std::fabs(u[o * r + l] * v[l * k + i]);
      }
  problem.sumLength += r;
}

/// Rows of an unstructured sparse matrix; stored entries start after two that belong
/// to no row, for offsets are absolute. Every fifth row is empty.
static void addUnstructured(Problem &problem, Values &values) {
  const Shape &shape = problem.shape;
  int64_t n = shape.numOutputs, k = shape.numInputs;
  std::vector<double> entries = values.draw(2), indices = {0, 0}, offsets = {2};
  for (int64_t o = 0; o < n; ++o) {
    for (int64_t i = 0; i < k && o % 5 != 3; ++i)
      if (values.stores(0.3)) {
        entries.push_back(values.draw(1).front());
        indices.push_back(double(i));
      }
    offsets.push_back(double(entries.size()));
  }
  auto nnz = int64_t(entries.size());
  std::vector<double> stored = addFactor(problem, problem.types.element, {nnz}, entries);
  addFactor(problem, problem.types.index, {nnz}, indices);
  addFactor(problem, problem.types.index, {n + 1}, offsets);
  for (int64_t o = 0; o < n; ++o)
    for (auto at = size_t(offsets[o]); at < size_t(offsets[o + 1]); ++at) {
      problem.weight.at(o, int64_t(indices[at])) += stored[at];
      problem.absoluteWeight.at(o, int64_t(indices[at])) += std::fabs(stored[at]);
    }
}

/// Two of every four; positions beyond n_in hold zeros.
static void addTwoOfFour(Problem &problem, Values &values) {
  const Shape &shape = problem.shape;
  int64_t n = shape.numOutputs, k = shape.numInputs, groups = int64_t(llvm::divideCeil(k, 4));
  static constexpr int64_t pairs[6][2] = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
  std::vector<double> entries = values.draw(n * groups * 2), indices;
  for (int64_t at = 0; at < n * groups; ++at)
    for (int64_t e = 0; e < 2; ++e) {
      int64_t position = pairs[at % 6][e];
      indices.push_back(double(position));
      if (at % groups * 4 + position >= k)
        entries[at * 2 + e] = 0.0;
    }
  std::vector<double> stored = addFactor(problem, problem.types.element, {n, groups, 2}, entries);
  addFactor(problem, ElementType::I8, {n, groups, 2}, indices);
  for (int64_t at = 0; at < n * groups * 2; ++at) {
    int64_t column = at / 2 % groups * 4 + int64_t(indices[at]);
    if (column >= k)
      continue;
    problem.weight.at(at / 2 / groups, column) += stored[at];
    problem.absoluteWeight.at(at / 2 / groups, column) += std::fabs(stored[at]);
  }
}

//===----------------------------------------------------------------------===//
// Families
//===----------------------------------------------------------------------===//

static Problem makeLinear(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addLinear(problem, values);
  problem.body = formatProduct(problem, "linear", "%y", "%init", 0, 1, /*hasMid=*/false);
  return problem;
}

static Problem makeLowRank(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addLowRank(problem, values);
  problem.body = formatProduct(problem, "low_rank_matmul", "%y", "%init", 0, 2, /*hasMid=*/true);
  return problem;
}

namespace {
/// Ragged blocks: the last of `count` blocks of `size` may reach beyond the weight.
struct Blocks {
  int64_t count, size;
};
} // namespace

static Blocks cutInto(int64_t count, int64_t total) {
  count = std::min(count, total);
  return {count, int64_t(llvm::divideCeil(total, count))};
}

static Problem makeBlast(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  int64_t n = shape.numOutputs, k = shape.numInputs, r = std::max<int64_t>(1, std::min(n, k) / 4);
  Blocks rows = cutInto(4, n), columns = cutInto(3, k);
  int64_t b1 = rows.count, p = rows.size, b2 = columns.count, q = columns.size;
  std::vector<double> u = values.draw(b1 * p * r, density(values, 4, r));
  std::vector<double> s = values.draw(b1 * b2 * r);
  std::vector<double> v = values.draw(b2 * r * q, density(values, 12, q));
  // Rows and columns beyond the weight are stored as zero.
  for (int64_t i = n * r; i < b1 * p * r; ++i)
    u[i] = 0.0;
  for (int64_t i = 0; i < b2 * r * q; ++i)
    if (i / (r * q) * q + i % q >= k)
      v[i] = 0.0;
  u = addFactor(problem, types.element, {b1, p, r}, u);
  s = addFactor(problem, types.element, {b1, b2, r}, s);
  v = addFactor(problem, types.element, {b2, r, q}, v);
  for (int64_t o = 0; o < n; ++o)
    for (int64_t l = 0; l < r; ++l)
      for (int64_t i = 0; i < k; ++i) {
        double product =
            u[o * r + l] * s[(o / p * b2 + i / q) * r + l] * v[(i / q * r + l) * q + i % q];
        problem.weight.at(o, i) += product;
        problem.absoluteWeight.at(o, i) += std::fabs(product);
      }
  problem.sumLength += b2 + r;
  problem.body = formatProduct(problem, "blast_matmul", "%y", "%init", 0, 3, /*hasMid=*/true);
  return problem;
}

static Problem makeBlockSparse(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  int64_t n = shape.numOutputs, k = shape.numInputs;
  // A block column that lies beyond the weight as a whole would be no valid index.
  int64_t bh = cutInto(5, n).size, bw = cutInto(4, k).size;
  auto rows = int64_t(llvm::divideCeil(n, bh)), columns = int64_t(llvm::divideCeil(k, bw));
  std::vector<double> entries = values.draw(bh * bw), indices = {0}, offsets = {1};
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns && i % 4 != 2; ++j) {
      if (!values.stores(0.6))
        continue;
      std::vector<double> block = values.draw(bh * bw);
      for (int64_t e = 0; e < bh * bw; ++e) {
        bool isBeyond = i * bh + e / bw >= n || j * bw + e % bw >= k;
        entries.push_back(isBeyond ? 0.0 : block[e]);
      }
      indices.push_back(double(j));
    }
    offsets.push_back(double(indices.size()));
  }
  auto nnz = int64_t(indices.size());
  std::vector<double> stored = addFactor(problem, types.element, {nnz, bh, bw}, entries);
  addFactor(problem, types.index, {nnz}, indices);
  addFactor(problem, types.index, {rows + 1}, offsets);
  for (int64_t i = 0; i < rows; ++i)
    for (auto at = int64_t(offsets[i]); at < int64_t(offsets[i + 1]); ++at)
      for (int64_t e = 0; e < bh * bw; ++e) {
        int64_t row = i * bh + e / bw, column = int64_t(indices[at]) * bw + e % bw;
        if (row >= n || column >= k)
          continue;
        problem.weight.at(row, column) = stored[at * bh * bw + e];
        problem.absoluteWeight.at(row, column) = std::fabs(stored[at * bh * bw + e]);
      }
  problem.body =
      formatProduct(problem, "block_sparse_matmul", "%y", "%init", 0, 3, /*hasMid=*/false);
  return problem;
}

static Problem makeSparse(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addUnstructured(problem, values);
  problem.body = formatProduct(problem, "sparse_matmul", "%y", "%init", 0, 3, /*hasMid=*/false);
  return problem;
}

static Problem makeTwoOfFour(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addTwoOfFour(problem, values);
  problem.body =
      formatProduct(problem, "sparse_matmul", "%y", "%init", 0, 2, /*hasMid=*/false, ", group = 4");
  return problem;
}

static Problem makeLowRankSparse(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addLowRank(problem, values);
  addUnstructured(problem, values);
  problem.body =
      formatProduct(problem, "low_rank_sparse_matmul", "%y", "%init", 0, 5, /*hasMid=*/true);
  return problem;
}

static Problem makeLowRankTwoOfFour(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addLowRank(problem, values);
  addTwoOfFour(problem, values);
  problem.body = formatProduct(problem, "low_rank_sparse_matmul", "%y", "%init", 0, 4,
                               /*hasMid=*/true, ", group = 4");
  return problem;
}

/// A group of two products, the second on top of the first.
static Problem makeKernel(const Types &types, const Shape &shape, Values &values) {
  Problem problem = makeProblem(types, shape, values);
  addLowRank(problem, values);
  addTwoOfFour(problem, values);
  std::string operands = "%x", operandTypes = formatRows(problem, problem.x);
  for (auto [i, factor] : llvm::enumerate(problem.factors)) {
    operands += ", %f" + std::to_string(i);
    operandTypes += ", " + formatTensor(factor);
  }
  std::string initType = formatRows(problem, problem.init);
  std::string blockArguments = "%x: " + formatRows(problem, problem.x);
  for (auto [i, factor] : llvm::enumerate(problem.factors))
    blockArguments += ", %f" + std::to_string(i) + ": " + formatTensor(factor);
  std::string region =
      "    ^bb0(" + blockArguments + ", %init: " + initType + "):\n" +
      formatProduct(problem, "low_rank_matmul", "%0", "%init", 0, 2, /*hasMid=*/true) +
      formatProduct(problem, "sparse_matmul", "%1", "%0", 2, 2, /*hasMid=*/false, ", group = 4") +
      "    structlin.yield %1 : " + initType + "\n    } -> " + initType + "\n";
  // The region has names of its own.
  for (size_t at = 0; (at = region.find('%', at)) != std::string::npos; ++at)
    region.insert(at + 1, "in_");
  problem.body = "    %y = structlin.kernel ins(" + operands + " : " + operandTypes +
                 ") outs(%init : " + initType + ") {\n" + region;
  return problem;
}

static std::string formatTiles(llvm::ArrayRef<int64_t> sizes) {
  std::string text;
  for (int64_t size : sizes)
    text += (text.empty() ? "[" : ", ") + std::to_string(size);
  return text + "]";
}

// Sizes that do not divide, and grow with the shape: every tile of a family with inner
// results computes them again.
static int64_t tokensInTile(const Shape &shape) { return shape.m / 3 + 2; }
static int64_t rowsInTile(const Shape &shape) { return shape.numOutputs / 4 + 2; }

/// Families without blocks are cut anywhere.
static std::string tileRows(const Shape &shape) {
  return formatTiles({tokensInTile(shape), 1, rowsInTile(shape)});
}
static std::string tileConsumerRows(const Shape &shape) {
  return formatTiles({tokensInTile(shape), rowsInTile(shape)});
}
/// Blocks of BLAST: whole ones, several at a time.
static std::string tileBlocks(const Shape &shape) {
  return formatTiles({tokensInTile(shape), 2, 0});
}
/// Block rows: rows inside one.
static std::string tileInsideBlocks(const Shape &shape) {
  return formatTiles({tokensInTile(shape), 1, cutInto(5, shape.numOutputs).size / 2 + 1});
}
template <int64_t count> static std::string tileConsumerBlocks(const Shape &shape) {
  return formatTiles({tokensInTile(shape), 2 * cutInto(count, shape.numOutputs).size});
}

llvm::ArrayRef<Family> test::allFamilies() {
  static const Family families[] = {
      {"linear", makeLinear, tileRows, tileConsumerRows},
      {"low_rank", makeLowRank, tileRows, tileConsumerRows},
      {"blast", makeBlast, tileBlocks, tileConsumerBlocks<4>},
      {"block_sparse", makeBlockSparse, tileInsideBlocks, tileConsumerBlocks<5>},
      {"sparse", makeSparse, tileRows, tileConsumerRows},
      {"two_of_four", makeTwoOfFour, tileRows, tileConsumerRows},
      {"low_rank_sparse", makeLowRankSparse, tileRows, tileConsumerRows},
      {"low_rank_two_of_four", makeLowRankTwoOfFour, tileRows, tileConsumerRows},
      {"kernel", makeKernel, tileRows, tileConsumerRows},
  };
  return families;
}
