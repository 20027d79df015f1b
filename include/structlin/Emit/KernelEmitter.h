//===- KernelEmitter.h - kernels as MLIR ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter that writes a kernel as scf loops over vectors and matrix
// registers, on memrefs.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_KERNELEMITTER_H
#define STRUCTLIN_EMIT_KERNELEMITTER_H

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Kernels/Builder.h"
#include <array>
#include <functional>
#include <optional>

namespace mlir::structlin {

/// Finished accumulators as vectors: `rows` rows, each of `perRow` vectors.
struct VectorGrid {
  int64_t rows = 0;
  int64_t perRow = 0;
  SmallVector<Value> vectors;

  Value operator()(int64_t row, int64_t number) const { return vectors[row * perRow + number]; }
};

/// Writes the group's elementwise operations: `products` are its products at (row,
/// col) of its results, whose first `cols` columns are to be written.
using EmitFinish =
    std::function<void(OpBuilder &builder, Location location, ArrayRef<VectorGrid> products,
                       Value row, Value col, int64_t cols)>;

/// The team that code runs in, as values of that code: which of how many threads this
/// one is (type index), and what the runtime calls the team.
struct Team {
  Value thread, numThreads, handle;
};

class KernelEmitter : public ::structlin::kernels::Builder {
public:
  using At = ::structlin::kernels::At;
  using Buffer = ::structlin::kernels::Buffer;
  using Carried = ::structlin::kernels::Carried;
  using ElementType = ::structlin::ElementType;
  using Index = ::structlin::kernels::Index;
  using IndexOp = ::structlin::kernels::IndexOp;
  using ProductForm = ::structlin::kernels::ProductForm;
  using Scope = ::structlin::kernels::Scope;
  using Tile = ::structlin::kernels::Tile;

  /// Writes where `builder` is. The caller's function has its arguments as memrefs. All
  /// threads of a team run the code at the same time; without one it is for one thread.
  KernelEmitter(::structlin::kernels::Target target, OpBuilder &builder, Location location,
                EmitFinish finish, std::optional<Team> team = std::nullopt)
      : Builder(std::move(target)), builder(builder), location(location),
        emitFinish(std::move(finish)), team(team) {}

  /// Makes a memref of the caller's known to the kernel.
  Buffer add(Value memref);
  /// Makes a value of type index known to the kernel.
  Index addIndex(Value index) { return makeIndex(index); }
  /// Writes a kernel.
  void write(llvm::function_ref<void(KernelEmitter &)> kernel);

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
  void prefetch(const At &position, ::structlin::kernels::CacheLevel level) override;
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
  /// What a tile is made of: vectors row by row, or matrix registers row by row.
  struct Registers {
    bool matrix = false;
    ElementType type = ElementType::F32;
    SmallVector<Value> values;
  };

  // Values and indices.
  Index makeIndex(Value value);
  Value toValue(Index index);
  Type toType(ElementType type);
  /// The indices of `place`, moved by `distance` along its trailing dimensions.
  SmallVector<Value> positionOf(const At &place, ArrayRef<int64_t> distance = {});
  Value memrefOf(const Buffer &buffer) { return memrefs[buffer.id]; }
  /// Where a buffer's elements lie from its memory on.
  struct Layout {
    Index offset;
    SmallVector<Index, 4> strides;
  };
  Layout layoutOf(Value memref, const Buffer &buffer);
  /// A memref, and indices in it.
  struct Place {
    Value memref;
    SmallVector<Value> position;
  };
  /// `place` moved by `distance`, where `size` elements are. All such places near one
  /// another share an address that the loop moves, and differ in what it does not.
  Place placeOf(const At &place, ArrayRef<int64_t> distance, int64_t size = 1);

  /// Runs `body`; what scratch memory it made can be used again behind it.
  void inScope(llvm::function_ref<void()> body);

  // Threads and their memory (TeamWork.cpp).
  /// Waits for the team.
  void barrier();
  /// Where the share of thread `thread` (a value) of `count` pieces of work begins.
  Index beginOfShare(Value thread, Index count, const Buffer *weights);
  /// A piece of this thread's stack, of a static type.
  Value stack(MemRefType type);
  /// A piece of memory that the runtime keeps.
  Value cached(MemRefType type, ValueRange sizes, Index bytes, Scope scope);

  // Tiles.
  Tile makeTile(int64_t rows, int64_t cols, Registers registers);
  const Registers &registersOf(Tile tile) const { return tiles[tile.id]; }
  int64_t lanesOf(ElementType type) const { return getTarget().lanes(type); }
  VectorGrid toVectors(Tile tile);
  /// The tile in memory, which matrix registers have to go through to become vectors.
  At spill(Tile tile);
  VectorGrid loadRow(const At &place, Index row, int64_t cols);
  SmallVector<Value> flatten(const Carried &carried);
  Carried rebuild(const Carried &like, ValueRange values);

  // Vector registers (VectorTiles.cpp).
  Value loadVector(const At &place, ArrayRef<int64_t> distance, int64_t size);
  /// The first `size` elements from `place` on, then zeros, in a vector of `lanes`.
  Value loadFirstElements(const At &place, int64_t size, int64_t lanes);
  Value widen(Value value, ElementType to);
  void storeVector(Value vector, const At &place, ArrayRef<int64_t> distance, int64_t size);
  Value broadcastA(const At &a, int64_t row, int64_t depth, const ProductForm &form);
  Value multiplyAdd(Value acc, Value a, Value b, const ProductForm &form);
  /// acc += A B: one of the operands is held in registers, the other comes one by one.
  Tile multiplyVectors(Tile acc, const At &a, llvm::function_ref<Value(int64_t)> getB, bool holdsA,
                       int64_t depth, const ProductForm &form);
  /// Vector `number` of a step of a packed B.
  Value loadPanelVector(const At &b, int64_t number, const ProductForm &form);

  // Packed steps whose zeros are not stored (SparseTiles.cpp).
  /// Bits of a mask as an integer. Fewer than a byte are bits of one byte.
  Value loadMask(const At &mask, int64_t firstBit, int64_t numBits);
  Value countBits(Value word);
  /// Lane by lane, for machines without the instruction or a shuffle that does.
  Value expandLanes(Value mask, const At &values, int64_t size);
  /// The result of an intrinsic of LLVM's.
  Value callIntrinsic(StringRef name, Type result, ValueRange arguments);
  /// The row for the byte `mask` of a table of shuffles, which the module has once.
  Value loadShuffle(Value mask, StringRef kind, llvm::function_ref<DenseElementsAttr()> makeTable);
  Value shuffleWords(Value mask, const At &values);
  Value shuffleBytes(Value mask, const At &values);
  Value shuffleToF32(Value mask, const At &values);
  Value expandByInstruction(Value mask, const At &values, int64_t size);
  Value expandInWords(Value mask, const At &values, int64_t size);
  /// The bits of a mask as a vector of them.
  Value toLanes(Value mask, int64_t size);
  Value expandVector(Value mask, const At &values, int64_t size);
  /// `numBits` elements in vectors of `size`, each made by `expand` of its mask and place.
  SmallVector<Value> expandVectors(const At &mask, const At &values, int64_t numBits, int64_t size,
                                   llvm::function_ref<Value(Value, const At &)> expand);

  // Matrix registers (MatrixTiles.cpp).
  /// An accumulator register holds at most this many rows and columns.
  static constexpr int64_t kMatrixRows = 16, kMatrixCols = 16;
  Value matrixZero(int64_t rows, const ProductForm &form);
  Value loadMatrix(const At &place, ArrayRef<int64_t> distance, int64_t rows, int64_t cols,
                   Value stride = {});
  Tile loadMatrices(const At &from, int64_t rows, int64_t cols, const ProductForm &form);
  void storeMatrices(Tile tile, const At &to);
  Tile multiplyMatrices(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form);
  /// A's rows of `depth` elements, followed by zeros, in memory of their own.
  At copyPadded(const At &a, int64_t rows, int64_t depth, const ProductForm &form);

  OpBuilder &builder;
  Location location;
  EmitFinish emitFinish;
  SmallVector<Value> indices, memrefs;
  SmallVector<Layout> layouts;
  SmallVector<Registers, 0> tiles;

  std::optional<Team> team;
  /// The function that is being written. Regions are attached to it when they are done.
  FunctionOpInterface function;
  bool inParallel = false;
  Operation *lastBarrier = nullptr;
  /// Pieces of the stack: those that are in use, innermost last, and others.
  SmallVector<Value> usedStack, freeStack;
  /// Pieces of the runtime's memory that are in use, by scope.
  std::array<int64_t, 2> numCached = {0, 0};
};

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_KERNELEMITTER_H
