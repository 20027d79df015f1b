//===- Builder.h - the operations that kernels are made of ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel is a function over this builder, and knows neither MLIR nor a machine.
// Each interpreter implements it: Eval computes on arrays, Cost counts, and the
// emitter (lib/Emit) writes MLIR.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_BUILDER_H
#define STRUCTLIN_KERNELS_BUILDER_H

#include "structlin/Kernels/Index.h"
#include "structlin/Kernels/Target.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace structlin::kernels {

/// A row-major array in memory.
struct Buffer {
  int64_t id = -1;
  ElementType type = ElementType::F32;
  llvm::SmallVector<Index, 4> shape;
};

/// A place in a buffer, one index per dimension.
struct At {
  Buffer buffer;
  llvm::SmallVector<Index, 4> position;
};
inline At at(const Buffer &buffer, llvm::ArrayRef<Index> position) {
  return {buffer, llvm::SmallVector<Index, 4>(position)};
}
/// `place` moved by `distance` along a dimension, counted from the end if negative.
inline At moved(At place, int dimension, Index distance) {
  Index &index = place.position[dimension < 0 ? place.position.size() + dimension : dimension];
  index = index + distance;
  return place;
}

/// A matrix in registers, rows x cols accumulators. Its shape is always static.
struct Tile {
  int64_t id = -1;
  int64_t rows = 0;
  int64_t cols = 0;
};

/// What a loop hands from one iteration to the next.
struct Carried {
  llvm::SmallVector<Tile, 4> tiles;
  llvm::SmallVector<Index, 2> indices;
};

/// Where a prefetched line is to go.
enum class CacheLevel { L1, L2 };

/// Where scratch memory lives: one for the team, or one for each thread.
enum class Scope { Team, Thread };

class Builder {
public:
  explicit Builder(Target target) : target(std::move(target)) {}
  virtual ~Builder();

  const Target &getTarget() const { return target; }

  //===--------------------------------------------------------------------===//
  // Integers
  //===--------------------------------------------------------------------===//

  /// `lhs op rhs`, where at least one of them is no constant.
  virtual Index apply(IndexOp op, Index lhs, Index rhs) = 0;
  /// Element `position` of an index array of the caller's (I32 or I64). `bound`, if not
  /// 0, is what all of them are below: costs are computed as if they were spread evenly.
  virtual Index index(const At &position, int64_t bound) = 0;
  Index index(const At &position) { return index(position, /*bound=*/0); }

  //===--------------------------------------------------------------------===//
  // Control
  //===--------------------------------------------------------------------===//

  /// for (i = begin; i < end; ++i) body(i). `expectedTrips` is what the cost of
  /// the loop is computed from where its bounds are known at run time only.
  virtual Carried loop(Index begin, Index end, const Carried &init,
                       llvm::function_ref<Carried(Index, const Carried &)> body,
                       double expectedTrips = 0) = 0;
  /// Runs body(i) for 0 <= i < count on the team's threads, in any order, each i
  /// once, and waits for all. With `weights` (count + 1 non-decreasing numbers)
  /// the threads' shares have equal weight, not equal size.
  virtual void parallel(Index count, llvm::function_ref<void(Index)> body,
                        const Buffer *weights = nullptr) = 0;
  /// What body(v) gives for the constant v in [first, last] that `value` is equal to.
  virtual Carried select(Index value, int64_t first, int64_t last,
                         llvm::function_ref<Carried(int64_t)> body) = 0;

  //===--------------------------------------------------------------------===//
  // Memory
  //===--------------------------------------------------------------------===//

  /// Uninitialised memory, 64-byte aligned, until the end of the kernel.
  virtual Buffer scratch(ElementType type, llvm::ArrayRef<Index> shape, Scope scope) = 0;
  /// Copies rows x cols elements, widened where `to` is of a wider type.
  virtual void copyRows(const At &to, const At &from, Index rows, int64_t cols) = 0;
  /// Asks for the cache line at `position`; it may lie behind the buffer's end.
  virtual void prefetch(const At &position, CacheLevel level) = 0;

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// A tile of zeros in the accumulator of `form`.
  virtual Tile zero(int64_t rows, int64_t cols, const ProductForm &form) = 0;
  /// The rows x cols accumulators at `from`, as `store` left them.
  virtual Tile load(const At &from, int64_t rows, int64_t cols, const ProductForm &form) = 0;
  /// acc += A B: A is acc.rows x depth at `a`, row-major over the last two
  /// dimensions of its buffer; B is depth x acc.cols, packed at `b` in the order of
  /// PanelLayout. `depth` is at most the depth of `form`; A's elements behind it are
  /// not read, B's are zero.
  virtual Tile mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) = 0;
  /// As above, with B in registers, where `expand` put it.
  virtual Tile mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) = 0;
  /// One step of a packed B whose zeros are not stored: bit i of the mask at `mask`
  /// says whether element i of the step (in PanelLayout's order) is the next of
  /// `values` or zero. Matrix registers take it from memory only.
  virtual Tile expand(const At &mask, const At &values, int64_t cols, const ProductForm &form) = 0;
  /// As above, to memory at `to`, where `mma` reads it as a packed B.
  virtual void expand(const At &to, const At &mask, const At &values, int64_t cols,
                      const ProductForm &form) = 0;
  /// How many of its values such a step takes.
  virtual Index countValues(const At &mask, int64_t cols, const ProductForm &form) = 0;
  /// acc[t * n + i][lane] += y[t][lane] * s[i][lane], with acc.rows / n rows of y
  /// and n rows of s, all acc.cols wide: products of tokens and factors, lane by lane.
  virtual Tile laneProduct(Tile acc, const At &y, const At &s, int64_t n) = 0;
  /// Writes such a tile to (i, t, lane) from `to` on, rounded to the buffer's type.
  virtual void storeLanes(Tile tile, const At &to, int64_t n) = 0;
  /// The tile with each element rounded to `type`; it stays one of accumulators, on
  /// vector registers.
  virtual Tile round(Tile tile, ElementType type) = 0;
  /// The sum of two tiles of one shape.
  virtual Tile add(Tile lhs, Tile rhs) = 0;
  /// Writes the first `cols` columns, rounded to the buffer's type.
  virtual void store(Tile tile, const At &to, int64_t cols) = 0;
  /// Hands finished products, one tile for each product of the group, to the group's
  /// elementwise operations, which write the first rows x cols elements of its
  /// results; (row, col) is the tile's place in them.
  virtual void finish(llvm::ArrayRef<Tile> tiles, Index row, Index col, Index rows,
                      int64_t cols) = 0;

  //===--------------------------------------------------------------------===//
  // Shorthands
  //===--------------------------------------------------------------------===//

  /// A loop that carries nothing.
  void forEach(Index begin, Index end, llvm::function_ref<void(Index)> body);
  /// A loop that carries one tile.
  Tile accumulate(Index begin, Index end, Tile init, llvm::function_ref<Tile(Index, Tile)> body,
                  double expectedTrips = 0);
  /// A choice that gives nothing.
  void dispatch(Index value, int64_t first, int64_t last, llvm::function_ref<void(int64_t)> body);

private:
  Target target;
};

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_BUILDER_H
