//===- Families.cpp - one product of each family --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "structlin/Archive/ElementType.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace mlir::structlin::test;

HostTensor Problem::makeInput(int64_t m) const {
  std::vector<double> x(m * inputs);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<int64_t>(i * 7 % 5) - 2;
  return HostTensor::fromDoubles(type, {m, inputs}, x);
}

Matrix Problem::multiply(int64_t m) const {
  std::vector<double> x = makeInput(m).toDoubles();
  Matrix y(m, outputs);
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < outputs; ++j)
      for (int64_t t = 0; t < inputs; ++t)
        y(i, j) += x[i * inputs + t] * weight(j, t);
  return y;
}

namespace {

/// Makes problems of one type and size.
class Maker {
public:
  Maker(ElementType type, int64_t inputs, int64_t outputs, Random &random)
      : type(type), inputs(inputs), outputs(outputs), random(random) {}

  std::vector<Problem> all();

private:
  /// Integers in [-2, 2], with a fraction of zeros.
  Matrix draw(int64_t rows, int64_t cols, double density = 1) {
    Matrix matrix(rows, cols);
    for (double &x : matrix.data)
      x = std::bernoulli_distribution(density)(random) ? int64_t(random() % 5) - 2 : 0;
    return matrix;
  }
  HostTensor tensor(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> values) {
    return HostTensor::fromDoubles(type, shape, values);
  }
  static Matrix product(const Matrix &u, const Matrix &v) {
    Matrix w(u.rows, v.cols);
    for (int64_t i = 0; i < u.rows; ++i)
      for (int64_t j = 0; j < v.cols; ++j)
        for (int64_t k = 0; k < u.cols; ++k)
          w(i, j) += u(i, k) * v(k, j);
    return w;
  }
  static Matrix sum(Matrix a, const Matrix &b) {
    for (auto [x, y] : llvm::zip_equal(a.data, b.data))
      x += y;
    return a;
  }

  Problem make(std::string family, std::string op, std::vector<HostTensor> factors, Matrix weight,
               std::string attributes = "");
  /// For half of the problems the inner type, which otherwise is the accumulator's.
  std::string mid() { return random() % 2 ? "" : "mid = " + ::structlin::mlirName(type).str(); }

  Problem linear();
  Problem lowRank();
  Problem blast();
  Problem blockSparse();
  std::pair<std::vector<HostTensor>, Matrix> unstructured();
  std::pair<std::vector<HostTensor>, Matrix> grouped();
  static constexpr int64_t group = 4;

  ElementType type;
  int64_t inputs, outputs;
  Random &random;
};

} // namespace

Problem Maker::make(std::string family, std::string op, std::vector<HostTensor> factors,
                    Matrix weight, std::string attributes) {
  std::string name = ::structlin::mlirName(type).str();
  std::string init = ::structlin::isFloat(type) ? (name == "f64" ? "f64" : "f32") : "i32";
  std::vector<std::string> names{"%x"},
      types{"tensor<?x" + std::to_string(inputs) + "x" + name + ">"};
  for (const auto &[number, factor] : llvm::enumerate(factors)) {
    names.push_back("%f" + std::to_string(number));
    std::string shape;
    for (int64_t size : factor.shape())
      shape += std::to_string(size) + "x";
    types.push_back("tensor<" + shape + ::structlin::mlirName(factor.type()).str() + ">");
  }
  std::string result = "tensor<?x" + std::to_string(outputs) + "x" + init + ">";
  std::string arguments;
  for (auto [value, valueType] : llvm::zip_equal(names, types))
    arguments += value + ": " + valueType + ", ";
  std::string text = "func.func @f(" + arguments + "%i: " + result + ") {\n  %y = structlin." + op +
                     " ins(" + llvm::join(names, ", ") + " : " + llvm::join(types, ", ") +
                     ") outs(%i : " + result + ") {" + attributes + "} -> " + result +
                     "\n  return\n}\n";
  return {std::move(family),  std::move(text),  type, inputs, outputs,
          std::move(factors), std::move(weight)};
}

Problem Maker::linear() {
  Matrix w = draw(outputs, inputs);
  return make("linear", "linear", {tensor({outputs, inputs}, w.data)}, w);
}

Problem Maker::lowRank() {
  // A sparse factor keeps inner results small enough for 8 bits.
  int64_t rank = 1 + random() % 9;
  Matrix u = draw(outputs, rank), v = draw(rank, inputs, 0.2);
  return make("low_rank", "low_rank_matmul",
              {tensor({outputs, rank}, u.data), tensor({rank, inputs}, v.data)}, product(u, v),
              mid());
}

Problem Maker::blast() {
  int64_t b1 = 1 + random() % 4, b2 = 1 + random() % 4, rank = 1 + random() % 9;
  int64_t p = (outputs + b1 - 1) / b1, q = (inputs + b2 - 1) / b2;
  Matrix u = draw(b1 * p, rank), s = draw(b1 * b2, rank), v = draw(b2 * rank, q, 0.2);
  for (double &x : s.data)
    x = std::clamp(x, -1.0, 1.0);
  // What lies beyond the weight is zero.
  for (int64_t row = outputs; row < b1 * p; ++row)
    for (int64_t k = 0; k < rank; ++k)
      u(row, k) = 0;
  for (int64_t j = 0; j < b2; ++j)
    for (int64_t t = 0; t < q; ++t)
      for (int64_t k = 0; k < rank && j * q + t >= inputs; ++k)
        v(j * rank + k, t) = 0;
  Matrix w(outputs, inputs);
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t k = 0; k < rank; ++k)
        w(o, i) += u(o, k) * s(o / p * b2 + i / q, k) * v(i / q * rank + k, i % q);
  return make("blast", "blast_matmul",
              {tensor({b1, p, rank}, u.data), tensor({b1, b2, rank}, s.data),
               tensor({b2, rank, q}, v.data)},
              w, mid());
}

Problem Maker::blockSparse() {
  int64_t height = 1 + random() % 20, width = 1 + random() % 20;
  int64_t rows = (outputs + height - 1) / height, cols = (inputs + width - 1) / width;
  // The first block belongs to no row.
  std::vector<double> values(height * width, 1.0), columns{0}, offsets{1};
  Matrix w(outputs, inputs);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) {
      if (i == 1 || random() % 3 == 0)
        continue;
      columns.push_back(j);
      for (int64_t a = i * height; a < (i + 1) * height; ++a)
        for (int64_t b = j * width; b < (j + 1) * width; ++b) {
          bool inside = a < outputs && b < inputs;
          values.push_back(inside ? int64_t(random() % 5) - 2 : 0);
          if (inside)
            w(a, b) = values.back();
        }
    }
    offsets.push_back(columns.size());
  }
  int64_t numBlocks = columns.size(), numOffsets = offsets.size();
  return make("block_sparse", "block_sparse_matmul",
              {tensor({numBlocks, height, width}, values),
               HostTensor::fromDoubles(ElementType::I32, {numBlocks}, columns),
               HostTensor::fromDoubles(ElementType::I64, {numOffsets}, offsets)},
              w);
}

std::pair<std::vector<HostTensor>, Matrix> Maker::unstructured() {
  Matrix w = draw(outputs, inputs, 0.4);
  std::vector<double> values{1, 2}, columns{0, 0}, offsets;
  for (int64_t row = 0; row < outputs; ++row) {
    offsets.push_back(values.size());
    for (int64_t column = 0; column < inputs; ++column) {
      if (row % 5 == 1)
        w(row, column) = 0;
      // Some zeros are stored.
      if (w(row, column) == 0 && (row % 5 == 1 || random() % 8 != 0))
        continue;
      values.push_back(w(row, column));
      columns.push_back(column);
    }
  }
  offsets.push_back(values.size());
  values.push_back(1);
  columns.push_back(0);
  int64_t nnz = values.size(), numOffsets = offsets.size();
  return {{tensor({nnz}, values), HostTensor::fromDoubles(ElementType::I32, {nnz}, columns),
           HostTensor::fromDoubles(ElementType::I32, {numOffsets}, offsets)},
          w};
}

std::pair<std::vector<HostTensor>, Matrix> Maker::grouped() {
  int64_t n = 2, groups = (inputs + group - 1) / group;
  Matrix w(outputs, inputs);
  std::vector<double> values, positions;
  for (int64_t row = 0; row < outputs; ++row)
    for (int64_t g = 0; g < groups; ++g) {
      int64_t first = random() % 3, second = first + 1 + random() % (3 - first);
      for (int64_t position : {first, second}) {
        bool inside = g * group + position < inputs;
        values.push_back(inside ? int64_t(random() % 5) - 2 : 0);
        positions.push_back(position);
        if (inside)
          w(row, g * group + position) = values.back();
      }
    }
  return {{tensor({outputs, groups, n}, values),
           HostTensor::fromDoubles(ElementType::I8, {outputs, groups, n}, positions)},
          w};
}

std::vector<Problem> Maker::all() {
  std::vector<Problem> problems{linear(), lowRank(), blast(), blockSparse()};
  auto addSparse = [&](std::string name, std::pair<std::vector<HostTensor>, Matrix> sparse,
                       std::string attribute) {
    problems.push_back(
        make("sparse" + name, "sparse_matmul", sparse.first, sparse.second, attribute));
    int64_t rank = 1 + random() % 9;
    Matrix u = draw(outputs, rank), v = draw(rank, inputs, 0.2);
    std::vector<HostTensor> factors{tensor({outputs, rank}, u.data),
                                    tensor({rank, inputs}, v.data)};
    llvm::append_range(factors, sparse.first);
    std::string inner = mid();
    std::string separator = inner.empty() || attribute.empty() ? "" : ", ";
    problems.push_back(make("low_rank_sparse" + name, "low_rank_sparse_matmul", factors,
                            sum(product(u, v), sparse.second), attribute + separator + inner));
  };
  addSparse("", unstructured(), "");
  addSparse("_nm", grouped(), "group = " + std::to_string(group));
  return problems;
}

std::vector<Problem> mlir::structlin::test::makeProblems(ElementType type, Random &random) {
  std::vector<Problem> problems;
  for (auto [inputs, outputs] : {std::pair<int64_t, int64_t>{33, 16}, {64, 3}, {1, 1}, {37, 70}})
    for (Problem &problem : Maker(type, inputs, outputs, random).all())
      problems.push_back(std::move(problem));
  return problems;
}
