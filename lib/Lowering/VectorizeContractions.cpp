//===- VectorizeContractions.cpp - contractions on vectors ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles have static shapes throughout: static loops are split into a part that
// divides and a rest, dynamic ones step by one. So any shape is right without
// masks, padding or copies.
//
//===----------------------------------------------------------------------===//

#include "structlin/Lowering/VectorizeContractions.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"
#include "structlin/Lowering/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINVECTORIZECONTRACTIONS
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// How one contraction is tiled, by loop.
struct Plan {
  /// The loop whose iterations become vector lanes, and how many do.
  unsigned laneLoop;
  int64_t lanes;
  bool lanesAreReduced;
  /// The parallel loop that is unrolled, if any has a static size.
  std::optional<unsigned> unrolledLoop;
  int64_t unroll;
  /// Loops from the outermost to the innermost.
  SmallVector<int64_t> order;
};
} // namespace

/// Independent accumulators: enough to hide the latency of a fused multiply-add.
static constexpr int64_t kAccumulators = 8;

/// The loop that is innermost in operand `map`, if it runs over one loop alone.
static std::optional<unsigned> innermostLoop(AffineMap map) {
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(map.getResults().back());
  return dim ? std::optional<unsigned>(dim.getPosition()) : std::nullopt;
}

/// The static loop that is innermost in most operands; a parallel one if two are.
static std::optional<unsigned> chooseLaneLoop(linalg::LinalgOp op, ArrayRef<int64_t> sizes) {
  SmallVector<unsigned> votes(op.getNumLoops(), 0);
  for (AffineMap map : op.getIndexingMapsArray())
    if (std::optional<unsigned> loop = innermostLoop(map))
      votes[*loop] += 2;
  std::optional<unsigned> best;
  for (auto [loop, type] : llvm::enumerate(op.getIteratorTypesArray())) {
    votes[loop] += votes[loop] > 0 && linalg::isParallelIterator(type);
    if (!ShapedType::isDynamic(sizes[loop]) && votes[loop] > 0 &&
        (!best || votes[loop] > votes[*best]))
      best = loop;
  }
  return best;
}

static std::optional<Plan> planContraction(linalg::LinalgOp op, int64_t vectorBytes) {
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> types = op.getIteratorTypesArray();
  if (llvm::is_contained(sizes, 0))
    return std::nullopt;
  std::optional<unsigned> laneLoop = chooseLaneLoop(op, sizes);
  if (!laneLoop)
    return std::nullopt;

  Plan plan;
  plan.laneLoop = *laneLoop;
  plan.lanesAreReduced = linalg::isReductionIterator(types[*laneLoop]);
  Type accumulator = getElementTypeOrSelf(op.getDpsInits().front().getType());
  plan.lanes = std::max<int64_t>(1, 8 * vectorBytes / accumulator.getIntOrFloatBitWidth());

  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto isBatch = [&](unsigned loop) {
    return llvm::all_of(maps, [&](AffineMap map) { return map.isFunctionOfDim(loop); });
  };
  for (AffineExpr expr : maps.back().getResults()) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    if (loop != plan.laneLoop && !isBatch(loop) && !ShapedType::isDynamic(sizes[loop]))
      plan.unrolledLoop = loop;
  }
  plan.unroll = kAccumulators;
  // Lanes that are parallel are unrolled along themselves, next to other loops.
  if (!plan.lanesAreReduced) {
    plan.unrolledLoop = std::nullopt;
    plan.lanes *= kAccumulators / 2;
  }

  // The unrolled operand's tile is reused by the loops inside of it.
  auto rank = [&](unsigned loop) {
    if (linalg::isReductionIterator(types[loop]))
      return 3;
    return isBatch(loop) && loop != plan.laneLoop ? 0 : loop == plan.unrolledLoop ? 1 : 2;
  };
  plan.order = llvm::to_vector(llvm::seq<int64_t>(op.getNumLoops()));
  llvm::sort(plan.order,
             [&](int64_t a, int64_t b) { return std::pair(rank(a), a) < std::pair(rank(b), b); });
  return plan;
}

/// Splits `op` along `loop` into a part whose size divides by `tile` and a rest.
static void splitToMultiple(RewriterBase &rewriter, linalg::LinalgOp op, unsigned loop,
                            int64_t tile, SmallVectorImpl<linalg::LinalgOp> &parts) {
  int64_t size = op.getStaticLoopRanges()[loop];
  if (size <= tile || size % tile == 0) {
    parts.push_back(op);
    return;
  }
  rewriter.setInsertionPoint(op);
  auto [head, rest] = linalg::splitOp(rewriter, cast<TilingInterface>(op.getOperation()), loop,
                                      rewriter.getIndexAttr(size - size % tile));
  for (TilingInterface part : {head, rest})
    if (part)
      parts.push_back(cast<linalg::LinalgOp>(part.getOperation()));
}

/// Multiplication and addition of floats may round once instead of twice.
static void allowContraction(linalg::LinalgOp op) {
  op->getRegion(0).walk([](arith::ArithFastMathInterface arithOp) {
    auto flags = arithOp.getFastMathFlagsAttr();
    arith::FastMathFlags value =
        (flags ? flags.getValue() : arith::FastMathFlags::none) | arith::FastMathFlags::contract;
    if (isa<arith::AddFOp, arith::MulFOp>(arithOp.getOperation()))
      arithOp->setAttr(arithOp.getFastMathAttrName(),
                       arith::FastMathFlagsAttr::get(arithOp->getContext(), value));
  });
}

/// Vectorizes `op` if upstream can; otherwise it becomes scalar loops.
static void vectorizeTile(RewriterBase &rewriter, Operation *op) {
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::VectorizationResult> result = linalg::vectorize(rewriter, op);
  if (succeeded(result))
    rewriter.replaceOp(op, result->replacements);
}

/// Sums lane by lane in a loop over vectors, then over the lanes.
static FailureOr<SmallVector<Operation *>> tileReducedLanes(RewriterBase &rewriter,
                                                            linalg::LinalgOp op, const Plan &plan) {
  SmallVector<OpFoldResult> sizes(op.getNumLoops(), rewriter.getIndexAttr(0));
  sizes[plan.laneLoop] = rewriter.getIndexAttr(plan.lanes);
  scf::SCFTilingOptions options;
  options.setTileSizes(sizes)
      .setReductionTilingStrategy(ReductionTilingStrategy::PartialReductionOuterReduction)
      .setReductionDims({plan.laneLoop});
  rewriter.setInsertionPoint(op);
  FailureOr<scf::SCFTilingResult> tiled =
      scf::tileUsingSCF(rewriter, cast<TilingInterface>(op.getOperation()), options);
  if (failed(tiled))
    return failure();
  SmallVector<Operation *> tiles;
  for (Value initial : tiled->initialValues)
    if (Operation *fill = initial.getDefiningOp())
      tiles.push_back(fill);
  llvm::append_range(tiles, tiled->tiledOps);
  llvm::append_range(tiles, tiled->mergeOps);
  rewriter.replaceOp(op, tiled->replacements);
  return tiles;
}

/// Tiles and vectorizes one part, whose static loops divide by their tiles.
static void vectorizePart(RewriterBase &rewriter, linalg::LinalgOp op, const Plan &plan) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  SmallVector<OpFoldResult> sizes(op.getNumLoops(), rewriter.getIndexAttr(1));
  if (plan.unrolledLoop)
    sizes[*plan.unrolledLoop] =
        rewriter.getIndexAttr(std::min(plan.unroll, ranges[*plan.unrolledLoop]));
  sizes[plan.laneLoop] =
      rewriter.getIndexAttr(plan.lanesAreReduced ? 0 : std::min(plan.lanes, ranges[plan.laneLoop]));
  scf::SCFTilingOptions options;
  options.setTileSizes(sizes).setInterchange(plan.order);
  rewriter.setInsertionPoint(op);
  FailureOr<scf::SCFTilingResult> tiled =
      scf::tileUsingSCF(rewriter, cast<TilingInterface>(op.getOperation()), options);
  if (failed(tiled))
    return;
  rewriter.replaceOp(op, tiled->replacements);

  SmallVector<Operation *> tiles = {tiled->tiledOps.back()};
  auto tile = cast<linalg::LinalgOp>(tiles.front());
  if (plan.lanesAreReduced && ranges[plan.laneLoop] > plan.lanes)
    if (FailureOr<SmallVector<Operation *>> lanes = tileReducedLanes(rewriter, tile, plan);
        succeeded(lanes))
      tiles = *lanes;
  for (Operation *op : tiles)
    vectorizeTile(rewriter, op);
}

LogicalResult structlin::vectorizeContraction(RewriterBase &rewriter, linalg::LinalgOp op,
                                              int64_t vectorBytes) {
  if (!op.hasPureTensorSemantics() || !linalg::isaContractionOpInterface(op))
    return rewriter.notifyMatchFailure(op, "not a contraction on tensors");
  Type accumulator = getElementTypeOrSelf(op.getDpsInits().front().getType());
  if (!accumulator.isIntOrFloat() || accumulator.getIntOrFloatBitWidth() < 32)
    return rewriter.notifyMatchFailure(op, "accumulates in less than 32 bits");
  std::optional<Plan> plan = planContraction(op, vectorBytes);
  if (!plan)
    return rewriter.notifyMatchFailure(op, "no static loop for the lanes");

  rewriter.setInsertionPoint(op);
  if (!isa<linalg::GenericOp>(op.getOperation())) {
    FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, op);
    if (failed(generic))
      return failure();
    op = cast<linalg::LinalgOp>(generic->getOperation());
  }
  allowContraction(op);

  SmallVector<linalg::LinalgOp> parts, subparts;
  splitToMultiple(rewriter, op, plan->laneLoop, plan->lanes, parts);
  for (linalg::LinalgOp part : parts) {
    if (plan->unrolledLoop)
      splitToMultiple(rewriter, part, *plan->unrolledLoop, plan->unroll, subparts);
    else
      subparts.push_back(part);
  }
  for (linalg::LinalgOp part : subparts)
    vectorizePart(rewriter, part, *plan);
  return success();
}

LogicalResult structlin::cleanUpVectorizedTiles(Operation *root) {
  MLIRContext *context = root->getContext();
  RewritePatternSet patterns(context);
  tensor::populateFoldTensorSubsetIntoVectorTransferPatterns(patterns);
  for (StringRef dialect : {"affine", "arith", "tensor", "scf", "vector"})
    if (Dialect *loaded = context->getLoadedDialect(dialect))
      loaded->getCanonicalizationPatterns(patterns);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    if (llvm::is_contained({"affine", "arith", "tensor", "scf", "vector"},
                           op.getDialectNamespace()))
      op.getCanonicalizationPatterns(patterns, context);
  FrozenRewritePatternSet frozen(std::move(patterns));
  if (failed(applyPatternsGreedily(root, frozen)))
    return failure();
  IRRewriter rewriter(context);
  root->walk<WalkOrder::PostOrder>([&](LoopLikeOpInterface loop) {
    moveLoopInvariantCode(loop);
    (void)hoistLoopInvariantSubsets(rewriter, loop);
  });
  return applyPatternsGreedily(root, frozen);
}

namespace {
struct VectorizeContractionsPass
    : structlin::impl::StructlinVectorizeContractionsBase<VectorizeContractionsPass> {
  using StructlinVectorizeContractionsBase::StructlinVectorizeContractionsBase;

  void runOnOperation() override {
    if (vectorBytes < 8 || !llvm::isPowerOf2_64(vectorBytes)) {
      getOperation().emitError("expected vector-bytes to be a power of two of at least 8, got ")
          << vectorBytes.getValue();
      return signalPassFailure();
    }
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    bool changed = false;
    for (linalg::LinalgOp op : ops)
      // Whatever stays becomes scalar loops.
      changed |= succeeded(vectorizeContraction(rewriter, op, vectorBytes));
    if (changed && failed(cleanUpVectorizedTiles(getOperation())))
      signalPassFailure();
  }
};
} // namespace
