//===- Eval.h - kernels computed on arrays --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter that says what a kernel means. It computes each product in the
// order in which emitted code does, checks every access, and runs parallel bodies in
// a random order.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_EVAL_H
#define STRUCTLIN_KERNELS_EVAL_H

#include "structlin/Kernels/Builder.h"
#include <functional>
#include <random>
#include <vector>

namespace structlin::kernels {

/// An array: elements that `type` can represent, as doubles. Memory that nobody wrote
/// holds NaN.
struct Array {
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::vector<double> data;

  Array(ElementType type, std::vector<int64_t> shape);
};

/// `value` rounded to `type`, to nearest even.
double roundTo(ElementType type, double value);

class Eval : public Builder {
public:
  /// Takes finished tiles: for each product its rows * width accumulators.
  using Finish = std::function<void(llvm::ArrayRef<llvm::ArrayRef<double>> products, int64_t rows,
                                    int64_t width, int64_t row, int64_t col, int64_t cols)>;

  Eval(Target target, Finish finish, unsigned seed = 0)
      : Builder(std::move(target)), finishTiles(std::move(finish)), random(seed) {}

  /// Makes an array of the caller's known to the kernel.
  Buffer add(Array array);

  using Builder::index;
  Index apply(IndexOp op, Index lhs, Index rhs) override;
  Index index(const At &position, int64_t bound) override;
  Carried loop(Index begin, Index end, const Carried &init,
               llvm::function_ref<Carried(Index, const Carried &)> body,
               double expectedTrips) override;
  void parallel(Index count, llvm::function_ref<void(Index)> body, const Buffer *weights) override;
  Carried select(Index value, int64_t first, int64_t last,
                 llvm::function_ref<Carried(int64_t)> body) override;
  Buffer scratch(ElementType type, llvm::ArrayRef<Index> shape, Scope scope) override;
  void copyRows(const At &to, const At &from, Index rows, int64_t cols) override;
  void prefetch(const At &position, CacheLevel level) override {}
  Tile zero(int64_t rows, int64_t cols, const ProductForm &form) override;
  Tile load(const At &from, int64_t rows, int64_t cols, const ProductForm &form) override;
  Tile mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) override;
  Tile mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) override;
  Tile expand(const At &mask, const At &values, int64_t cols, const ProductForm &form) override;
  void expand(const At &to, const At &mask, const At &values, int64_t cols,
              const ProductForm &form) override;
  Index countValues(const At &mask, int64_t cols, const ProductForm &form) override;
  Tile laneProduct(Tile acc, const At &y, const At &s, int64_t n) override;
  void storeLanes(Tile tile, const At &to, int64_t n) override;
  Tile round(Tile tile, ElementType type) override;
  Tile add(Tile lhs, Tile rhs) override;
  void store(Tile tile, const At &to, int64_t cols) override;
  void finish(llvm::ArrayRef<Tile> tiles, Index row, Index col, Index rows, int64_t cols) override;

private:
  struct Registers {
    ElementType type;
    std::vector<double> data;
  };

  /// The element `distance` behind `place`, one distance per trailing dimension.
  double &element(const At &place, llvm::ArrayRef<int64_t> distance);
  double read(const At &place, llvm::ArrayRef<int64_t> distance);
  void write(const At &place, llvm::ArrayRef<int64_t> distance, double value);
  Tile makeTile(int64_t rows, int64_t cols, Registers registers);
  Tile multiply(Tile acc, const At &a, llvm::ArrayRef<double> b, int64_t depth,
                const ProductForm &form);

  Finish finishTiles;
  std::mt19937 random;
  std::vector<Array> arrays;
  std::vector<Registers> tiles;
};

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_EVAL_H
