//===- Cost.h - what a kernel takes ---------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter that counts. A loop's body is interpreted once for each way in
// which its iterations differ (a ragged last panel, a smaller token tile) and counts
// as often as it runs, so that counts are exact and take no longer for larger sizes.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_COST_H
#define STRUCTLIN_KERNELS_COST_H

#include "structlin/Kernels/Builder.h"
#include <array>
#include <map>
#include <vector>

namespace structlin::kernels {

/// What some code executes.
struct Counts {
  /// Instructions that multiply, on vectors or on matrix registers.
  double products = 0;
  double flops = 0;
  /// Instructions, and bytes that they name.
  double loads = 0, loadedBytes = 0;
  double stores = 0, storedBytes = 0;
  double prefetches = 0;
  /// Instructions that widen or round a vector, or expand one by a mask.
  double conversions = 0, expansions = 0;

  Counts &operator+=(const Counts &other);
  friend Counts operator*(const Counts &counts, double times);
};

/// Code without a loop in it, such as the body of an innermost loop.
struct StraightCode {
  ProductForm form;
  Counts once;
  double times = 0;
  /// Accumulators whose products do not wait for each other.
  int64_t accumulators = 0;
};

/// What one parallel loop shares out.
struct Section {
  /// How often it runs, and the pieces that it shares out each time.
  double times = 0, pieces = 0;
  std::vector<StraightCode> codes;
};

/// An innermost loop with products, as it is emitted.
struct InnerLoop {
  ProductForm form;
  int64_t products = 0, loads = 0, stores = 0, prefetches = 0, expansions = 0;
  /// Which of the kernel's operations that multiply (`mma`, `laneProduct`) are in it, in
  /// the order in which the kernel asks for them.
  int64_t firstOperation = 0, numOperations = 0;
};

/// Where data lies between the registers and memory.
constexpr int kNumCaches = 3;

/// What a kernel takes for given sizes.
struct KernelCost {
  /// Code outside and inside of parallel loops.
  std::vector<StraightCode> serial;
  std::vector<Section> sections;
  /// Bytes that come into each cache, innermost first, from beyond it, and that leave it
  /// again: on one thread, from caches that hold none of them before.
  std::array<double, kNumCaches> traffic{};
  /// Bytes that the kernel touches.
  double footprint = 0;
  /// Registers in use at once, at most.
  int64_t vectorRegisters = 0, tileRegisters = 0;

  /// All that is executed.
  Counts total() const;
  /// As above, by products of `form` and what goes with them.
  Counts total(const ProductForm &form) const;
  /// How often threads wait for each other.
  double barriers() const;
};

class Cost : public Builder {
public:
  /// `caches` are sizes in bytes, innermost first; results have types `results`.
  Cost(Target target, std::array<int64_t, kNumCaches> caches,
       llvm::ArrayRef<ElementType> results = ElementType::F32);

  /// Makes an array of the caller's known to the kernel.
  Buffer add(ElementType type, llvm::ArrayRef<Index> shape);
  /// A number that emitted code does not know, and that is `value` this time.
  Index add(int64_t value);

  /// What was written so far.
  KernelCost get() const;
  /// The innermost loops with products that `kernel` has, whatever its sizes: each
  /// case of each choice.
  static std::vector<InnerLoop> innerLoops(const Target &target,
                                           llvm::function_ref<void(Cost &)> kernel);

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
  void prefetch(const At &position, CacheLevel level) override;
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
  //===--------------------------------------------------------------------===//
  // Integers (CostIndex.cpp)
  //===--------------------------------------------------------------------===//

  /// An input, a variable, or an operation between two others.
  struct Node {
    IndexOp op = IndexOp::Add;
    Index lhs, rhs;
    int64_t value = 0;
    bool isApply = false, isVariable = false;
    /// Loops' variables that it is computed from, and whether from nothing unknown.
    llvm::SmallVector<int64_t, 4> variables;
    bool known = true;
  };
  /// A loop's, in [begin, end), or unknown, in [0, end).
  struct Variable {
    Index begin, end;
    int64_t current = 0;
    /// Whether its loop is being interpreted, with `current` as its value.
    bool open = false;
  };
  struct Interval {
    int64_t first, last;
  };

  Index makeVariable(Index begin, Index end, bool known);
  Index makeNode(Node node);
  bool isKnown(Index index) const;
  bool dependsOn(Index index, int64_t variable) const;
  int64_t evaluate(Index index) const;
  /// The values that it takes while the variables of closed loops run.
  Interval range(Index index) const;
  /// The largest parts of `index` without `variable`.
  void collectParts(Index index, int64_t variable, llvm::SmallVectorImpl<Index> &parts) const;

  //===--------------------------------------------------------------------===//
  // Footprints (CostMemory.cpp)
  //===--------------------------------------------------------------------===//

  /// `extents` elements from `place` on, per dimension.
  struct Access {
    At place;
    llvm::SmallVector<int64_t, 4> extents;
  };
  /// What some code touches of one buffer.
  struct Touched {
    std::vector<Access> accesses;
    double bytes = 0;
    std::array<double, kNumCaches> traffic{};
    bool written = false;
  };
  using Footprint = std::map<int64_t, Touched>;

  /// Notes that `extents` elements from `place` on are read or written, of which
  /// `bytes` are.
  void touch(const At &place, llvm::ArrayRef<int64_t> extents, double bytes, bool written = false);
  /// Bytes of the box around all that is touched.
  double boxBytes(const Touched &touched) const;
  /// Takes what was noted piece after piece as one: a byte that several pieces touch
  /// comes once into each cache that holds `workingSet`, all of the footprint if absent.
  void settle(Footprint &footprint, std::optional<double> workingSet = {}) const;
  static double totalBytes(const Footprint &footprint);
  static void append(Footprint &footprint, const Footprint &other, double times);

  //===--------------------------------------------------------------------===//
  // Code (Cost.cpp)
  //===--------------------------------------------------------------------===//

  /// An index on which it depends what is executed, and its value.
  struct Decision {
    Index index;
    int64_t value;
  };
  /// Code that is being interpreted: the kernel, a loop's body, or a case.
  struct Frame {
    std::vector<StraightCode> own, inner;
    std::vector<Section> sections;
    std::vector<Decision> decisions;
    Footprint footprint;
    int64_t accumulators = 0;
    bool hasLoop = false;
  };
  struct Registers {
    ProductForm form;
    int64_t count = 0;
    bool alive = false;
  };

  Counts &counts(const ProductForm &form);
  Counts &counts() { return counts(ProductForm()); }
  void decide(Index index);
  Frame interpret(int64_t accumulators, llvm::function_ref<void()> body);
  void add(const Frame &frame, double times);
  /// Interprets `body` for the values of `variable` and says how often each frame runs.
  std::vector<std::pair<Frame, double>> runIterations(Index variable, Index begin, Index trips,
                                                      double expectedTrips, int64_t accumulators,
                                                      llvm::function_ref<void()> body);
  /// Adds a loop's iterations to what is around it.
  void addLoop(std::vector<std::pair<Frame, double>> frames, Index variable,
               std::optional<double> pieces);
  /// Notes an innermost loop.
  void addInnerLoop(const Frame &body, int64_t firstOperation);
  Carried carry(const Carried &carried);
  /// Goes back to the registers that were alive then.
  void restore(const std::vector<Registers> &before);

  //===--------------------------------------------------------------------===//
  // Registers (CostTiles.cpp)
  //===--------------------------------------------------------------------===//

  int64_t lanesOf(const ProductForm &form) const { return getTarget().lanes(form.accumulator); }
  bool isWidened(ElementType type, const ProductForm &form) const;
  Tile makeTile(int64_t rows, int64_t cols, ProductForm form);
  void release(Tile tile);
  /// Notes that registers are in use beside those of tiles.
  void useRegisters(int64_t beside, bool matrix);
  Tile multiply(Tile acc, const At &a, int64_t depth, const ProductForm &form);
  /// Loads of masks and values, and what expands these.
  void expandVectors(const At &mask, const At &values, int64_t elements, int64_t vectors,
                     const ProductForm &form);
  /// Instructions of `code` that read or write a box of elements at `place`.
  void load(Counts &code, const At &place, llvm::ArrayRef<int64_t> box, double instructions);
  void store(Counts &code, const At &place, llvm::ArrayRef<int64_t> box, double instructions);

  std::array<int64_t, kNumCaches> caches;
  llvm::SmallVector<Buffer, 2> results;
  /// Whether each case of each choice is interpreted, and each loop once.
  bool everyCase = false;
  std::vector<Node> nodes;
  std::vector<Variable> variables;
  std::vector<Registers> tiles;
  std::vector<Frame> frames;
  std::vector<InnerLoop> loops;
  int64_t numBuffers = 0, numOperations = 0, vectorRegisters = 0, tileRegisters = 0;
};

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_COST_H
