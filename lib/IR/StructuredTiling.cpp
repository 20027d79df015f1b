//===- StructuredTiling.cpp - tiles of structured products ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TilingInterface, once for all structured products. The domain is (token,
// output block, row in block); the reduction is not tiled. A tile of the output
// is whole blocks or lies inside one block, because only then are its factors
// those of a structured product again. The blocks may describe more rows than y
// has (padding), so a tile's place in y is clamped to n_out.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "structlin/IR/FamilySupport.h"
#include "structlin/IR/IndexProofs.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {

/// Erases what was built since its construction, unless it is released: a tile
/// that turns out to be illegal must leave no trace.
class ScratchIR {
public:
  explicit ScratchIR(OpBuilder &builder)
      : builder(builder), block(builder.getInsertionBlock()), end(builder.getInsertionPoint()),
        before(end == block->begin() ? nullptr : &*std::prev(end)) {}
  void release() { released = true; }
  ~ScratchIR() {
    if (released)
      return;
    IRRewriter rewriter(builder);
    while (end != block->begin() && &*std::prev(end) != before)
      rewriter.eraseOp(&*std::prev(end));
  }

private:
  OpBuilder &builder;
  Block *block;
  Block::iterator end;
  Operation *before;
  bool released = false;
};

/// A tile of the domain, and the rows of y that it computes.
struct Tile {
  Extent tokens;
  RowTile rows;
  Extent outputs;
};

/// The sizes that tiling needs to know.
struct Sizes {
  OpFoldResult tokens, inputs, outputs;
  OutputBlocking blocking;
};

} // namespace

static Sizes getSizes(StructuredMatmulOpInterface op, OpBuilder &builder) {
  Location loc = op->getLoc();
  Value input = op.getMatmulInput(), init = op.getMatmulInit();
  // Input and init have the same number of tokens; only one may say it.
  bool fromInit = ShapedType::isDynamic(op.getNumTokens());
  return {linalg::createFoldedDimOp(builder, loc, fromInit ? init : input, 0),
          linalg::createFoldedDimOp(builder, loc, input, 1),
          linalg::createFoldedDimOp(builder, loc, init, 1), op.getOutputBlocking(builder, loc)};
}

static bool isAll(const Extent &extent, OpFoldResult size) {
  return isProvablyEqual(extent.size, size) && isConstantIntValue(extent.offset, 0);
}

static bool hasOneBlock(const Sizes &sizes, Builder &builder) {
  return isProvablyEqual(sizes.blocking.numBlocks, builder.getIndexAttr(1));
}

/// The rows of y that `rows` computes. Fails if the tile is neither whole blocks
/// nor inside one.
static FailureOr<Extent> getOutputs(const RowTile &rows, const Sizes &sizes, OpBuilder &builder,
                                    Location loc) {
  bool isWhole = isProvablyEqual(rows.numRows, sizes.blocking.blockRows);
  bool isInside = isProvablyEqual(rows.numBlocks, builder.getIndexAttr(1));
  if (!isWhole && !isInside && !hasOneBlock(sizes, builder))
    return failure();
  return getExtentOfBlocks(builder, loc, rows, sizes.blocking, sizes.outputs);
}

static FailureOr<Tile> getTile(StructuredMatmulOpInterface op, OpBuilder &builder,
                               ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes) {
  ScratchIR scratch(builder);
  Tile tile;
  tile.tokens = {offsets[0], sizes[0]};
  tile.rows = {offsets[1], sizes[1], offsets[2], sizes[2]};
  FailureOr<Extent> outputs = getOutputs(tile.rows, getSizes(op, builder), builder, op->getLoc());
  if (failed(outputs))
    return failure();
  tile.outputs = *outputs;
  scratch.release();
  return tile;
}

/// `offset` into a dimension of `size`, in a form that slices accept: their
/// verifiers refuse an attribute at the end of a dimension, though an empty slice
/// (no tokens, or a tile of padding alone) starts nowhere else.
static OpFoldResult getSliceOffset(OpBuilder &builder, Location loc, OpFoldResult offset,
                                   int64_t size) {
  auto attr = dyn_cast<Attribute>(offset);
  if (!attr || ShapedType::isDynamic(size) || *getConstantIntValue(attr) < size)
    return offset;
  return getValueOrCreateConstantIndexOp(builder, loc, offset);
}

/// A slice of the matrix `value`, a tensor or a memref.
static Operation *buildSlice(OpBuilder &builder, Location loc, Value value, Extent rows,
                             Extent columns) {
  ArrayRef<int64_t> shape = cast<ShapedType>(value.getType()).getShape();
  SmallVector<OpFoldResult> offsets = {getSliceOffset(builder, loc, rows.offset, shape[0]),
                                       getSliceOffset(builder, loc, columns.offset, shape[1])};
  SmallVector<OpFoldResult> sizes = {rows.size, columns.size};
  SmallVector<OpFoldResult> strides(2, builder.getIndexAttr(1));
  if (isa<RankedTensorType>(value.getType()))
    return tensor::ExtractSliceOp::create(builder, loc, value, offsets, sizes, strides);
  return memref::SubViewOp::create(builder, loc, value, offsets, sizes, strides);
}

static TilingResult buildTile(StructuredMatmulOpInterface op, OpBuilder &builder,
                              const Tile &tile) {
  Location loc = op->getLoc();
  TilingResult result;
  Operation *input = buildSlice(builder, loc, op.getMatmulInput(), tile.tokens,
                                op.getInputsOfTile(builder, loc, tile.rows));
  SmallVector<Value> factors = op.sliceFactors(builder, loc, tile.rows);
  Operation *init = buildSlice(builder, loc, op.getMatmulInit(), tile.tokens, tile.outputs);

  result.generatedSlices.push_back(input);
  for (auto [factor, whole] : llvm::zip_equal(factors, op.getFactors()))
    if (Operation *slice = factor.getDefiningOp(); slice && factor != whole)
      if (isa<tensor::ExtractSliceOp, memref::SubViewOp>(slice))
        result.generatedSlices.push_back(slice);
  result.generatedSlices.push_back(init);

  SmallVector<Value> operands = {input->getResult(0)};
  llvm::append_range(operands, factors);
  operands.push_back(init->getResult(0));
  SmallVector<Type> types;
  if (op->getNumResults() == 1)
    types.push_back(init->getResult(0).getType());
  Operation *tiled = mlir::clone(builder, op, types, operands);
  // The measured error is that of the whole weight.
  tiled->removeAttr("fit");
  result.tiledOps.push_back(tiled);
  llvm::append_range(result.tiledValues, tiled->getResults());
  return result;
}

SmallVector<utils::IteratorType>
structlin::detail::getStructuredMatmulIterators(StructuredMatmulOpInterface op) {
  return SmallVector<utils::IteratorType>(3, utils::IteratorType::parallel);
}

SmallVector<Range> structlin::detail::getStructuredMatmulDomain(StructuredMatmulOpInterface op,
                                                                OpBuilder &builder) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  Sizes sizes = getSizes(op, builder);
  return {Range{zero, sizes.tokens, one}, Range{zero, sizes.blocking.numBlocks, one},
          Range{zero, sizes.blocking.blockRows, one}};
}

FailureOr<TilingResult> structlin::detail::tileStructuredMatmul(StructuredMatmulOpInterface op,
                                                                OpBuilder &builder,
                                                                ArrayRef<OpFoldResult> offsets,
                                                                ArrayRef<OpFoldResult> sizes) {
  FailureOr<Tile> tile = getTile(op, builder, offsets, sizes);
  if (failed(tile))
    return failure();
  return buildTile(op, builder, *tile);
}

LogicalResult structlin::detail::getStructuredMatmulResultTile(
    StructuredMatmulOpInterface op, OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVector<OpFoldResult> &resultOffsets,
    SmallVector<OpFoldResult> &resultSizes) {
  FailureOr<Tile> tile = getTile(op, builder, offsets, sizes);
  if (failed(tile))
    return failure();
  resultOffsets = {getSliceOffset(builder, op->getLoc(), tile->tokens.offset, op.getNumTokens()),
                   getSliceOffset(builder, op->getLoc(), tile->outputs.offset, op.getNumOutputs())};
  resultSizes = {tile->tokens.size, tile->outputs.size};
  return success();
}

/// The rows of W behind the rows `outputs` of y, if they are a legal tile.
static FailureOr<RowTile> getRows(StructuredMatmulOpInterface op, OpBuilder &builder,
                                  Extent outputs) {
  Location loc = op->getLoc();
  Sizes sizes = getSizes(op, builder);
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  if (isAll(outputs, sizes.outputs))
    return RowTile{zero, sizes.blocking.numBlocks, zero, sizes.blocking.blockRows};
  if (hasOneBlock(sizes, builder))
    return RowTile{zero, one, outputs.offset, outputs.size};
  std::optional<int64_t> blockRows = getConstantIntValue(sizes.blocking.blockRows);
  if (!blockRows || *blockRows < 1 || !isProvablyMultipleOf(outputs.offset, *blockRows) ||
      !isProvablyWholeOrEndsAt(outputs.offset, outputs.size, *blockRows, sizes.outputs))
    return failure();
  AffineExpr d0 = builder.getAffineDimExpr(0);
  OpFoldResult firstBlock = affine::makeComposedFoldedAffineApply(
      builder, loc, d0.floorDiv(*blockRows), {outputs.offset});
  OpFoldResult numBlocks =
      affine::makeComposedFoldedAffineApply(builder, loc, d0.ceilDiv(*blockRows), {outputs.size});
  return RowTile{firstBlock, numBlocks, zero, sizes.blocking.blockRows};
}

/// The tile that computes just `tokens` x `outputs` of y. The given extents are
/// kept as they are, so that the types of slices match those of the caller.
static FailureOr<Tile> getTileOfResult(StructuredMatmulOpInterface op, OpBuilder &builder,
                                       Extent tokens, Extent outputs) {
  ScratchIR scratch(builder);
  FailureOr<RowTile> rows = getRows(op, builder, outputs);
  if (failed(rows))
    return failure();
  scratch.release();
  return Tile{tokens, *rows, outputs};
}

static void getDomainTile(const Tile &tile, SmallVectorImpl<OpFoldResult> &offsets,
                          SmallVectorImpl<OpFoldResult> &sizes) {
  offsets.assign({tile.tokens.offset, tile.rows.firstBlock, tile.rows.firstRow});
  sizes.assign({tile.tokens.size, tile.rows.numBlocks, tile.rows.numRows});
}

FailureOr<TilingResult>
structlin::detail::tileStructuredMatmulByResult(StructuredMatmulOpInterface op, OpBuilder &builder,
                                                ArrayRef<OpFoldResult> offsets,
                                                ArrayRef<OpFoldResult> sizes) {
  FailureOr<Tile> tile =
      getTileOfResult(op, builder, {offsets[0], sizes[0]}, {offsets[1], sizes[1]});
  if (failed(tile))
    return failure();
  return buildTile(op, builder, *tile);
}

LogicalResult structlin::detail::getStructuredMatmulDomainTile(
    StructuredMatmulOpInterface op, OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
    ArrayRef<OpFoldResult> sizes, SmallVectorImpl<OpFoldResult> &domainOffsets,
    SmallVectorImpl<OpFoldResult> &domainSizes) {
  FailureOr<Tile> tile =
      getTileOfResult(op, builder, {offsets[0], sizes[0]}, {offsets[1], sizes[1]});
  if (failed(tile))
    return failure();
  getDomainTile(*tile, domainOffsets, domainSizes);
  return success();
}

/// The tile that uses just the given tiles of input and init. Factors have no
/// place of their own in the domain.
static FailureOr<Tile> getTileOfOperands(StructuredMatmulOpInterface op, OpBuilder &builder,
                                         ArrayRef<unsigned> operandNumbers,
                                         ArrayRef<SmallVector<OpFoldResult>> offsets,
                                         ArrayRef<SmallVector<OpFoldResult>> sizes) {
  ScratchIR scratch(builder);
  std::optional<Extent> tokens, outputs;
  Sizes whole = getSizes(op, builder);
  for (auto [number, offset, size] : llvm::zip_equal(operandNumbers, offsets, sizes)) {
    bool isInput = number == 0, isInit = number + 1 == op->getNumOperands();
    if (!isInput && !isInit)
      return failure();
    Extent columns = {offset[1], size[1]};
    if (isInput && !isAll(columns, whole.inputs))
      return failure();
    if (tokens &&
        (!isProvablyEqual(tokens->offset, offset[0]) || !isProvablyEqual(tokens->size, size[0])))
      return failure();
    tokens = Extent{offset[0], size[0]};
    if (isInit)
      outputs = columns;
  }
  if (!tokens)
    return failure();
  FailureOr<Tile> tile = getTileOfResult(
      op, builder, *tokens, outputs.value_or(Extent{builder.getIndexAttr(0), whole.outputs}));
  if (succeeded(tile))
    scratch.release();
  return tile;
}

LogicalResult structlin::detail::getStructuredMatmulDomainTileFromOperands(
    StructuredMatmulOpInterface op, OpBuilder &builder, ArrayRef<unsigned> operandNumbers,
    ArrayRef<SmallVector<OpFoldResult>> offsets, ArrayRef<SmallVector<OpFoldResult>> sizes,
    SmallVectorImpl<OpFoldResult> &domainOffsets, SmallVectorImpl<OpFoldResult> &domainSizes) {
  FailureOr<Tile> tile = getTileOfOperands(op, builder, operandNumbers, offsets, sizes);
  if (failed(tile))
    return failure();
  getDomainTile(*tile, domainOffsets, domainSizes);
  return success();
}

FailureOr<TilingResult> structlin::detail::tileStructuredMatmulByOperands(
    StructuredMatmulOpInterface op, OpBuilder &builder, ArrayRef<unsigned> operandNumbers,
    ArrayRef<SmallVector<OpFoldResult>> offsets, ArrayRef<SmallVector<OpFoldResult>> sizes) {
  FailureOr<Tile> tile = getTileOfOperands(op, builder, operandNumbers, offsets, sizes);
  if (failed(tile))
    return failure();
  return buildTile(op, builder, *tile);
}
