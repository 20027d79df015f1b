//===- BitmapDecomposition.cpp - packs of sparse factors as loops ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The executable meaning of #structlin.bitmap: entries of one row are in the order of
// their columns both in the factor and in the packed form, so a cursor per row ties
// them together while a loop goes through the bits.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/IR/KernelAttrs.h"
#include "structlin/IR/LinalgBuilders.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::kernels::PanelLayout;

namespace {
/// Builds the loops for one sparse matrix.
class BitmapLoops {
public:
  using Body = function_ref<SmallVector<Value>(Value, ValueRange)>;

  BitmapLoops(OpBuilder &builder, Location loc, BitmapAttr attribute, RankedTensorType valuesType)
      : builder(builder), loc(loc), attribute(attribute),
        layout(getPanelLayout(attribute.getPanels())), valuesType(valuesType) {}

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value toIndex(Value integer) {
    return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), integer);
  }
  Value toInteger(Value index, Type type) {
    return arith::IndexCastOp::create(builder, loc, type, index);
  }
  Value extract(Value tensor, Value index) {
    return tensor::ExtractOp::create(builder, loc, tensor, index);
  }
  Value insert(Value scalar, Value tensor, Value index) {
    return tensor::InsertOp::create(builder, loc, scalar, tensor, index);
  }
  Value apply(AffineExpr expr, ValueRange operands) {
    auto map = AffineMap::get(operands.size(), 0, expr);
    return affine::AffineApplyOp::create(builder, loc, map, operands);
  }
  Value increment(Value index) { return apply(dim(0) + 1, index); }
  Value makeTensor(int64_t size, Type element) {
    return tensor::EmptyOp::create(builder, loc, {size}, element);
  }

  Value makeZeros(int64_t size, Type element) {
    return buildZeros(builder, loc, OpFoldResult(builder.getIndexAttr(size)), element);
  }

  /// for (i = begin; i < end; ++i) carried = body(i, carried).
  SmallVector<Value> loop(Value begin, Value end, ValueRange init, Body body) {
    auto forOp = scf::ForOp::create(builder, loc, begin, end, constant(1), init);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    scf::YieldOp::create(builder, loc, body(forOp.getInductionVar(), forOp.getRegionIterArgs()));
    return forOp.getResults();
  }

  /// carried = body(place, carried) for each bit of `masks`, in order.
  SmallVector<Value> forEachBit(Value masks, ValueRange init, Body body) {
    int64_t rank = cast<ShapedType>(masks.getType()).getRank();
    Value bytes = flatten(masks, rank);
    int64_t size = cast<ShapedType>(bytes.getType()).getNumElements() * 8;
    return loop(constant(0), constant(size), init, [&](Value place, ValueRange carried) {
      Value byte = extract(bytes, apply(dim(0).floorDiv(8), place));
      Value shifted = arith::ShRUIOp::create(builder, loc, byte, bitOf(place));
      Value bit = arith::TruncIOp::create(builder, loc, builder.getI1Type(), shifted);
      auto ifOp = scf::IfOp::create(builder, loc, carried.getTypes(), bit, /*withElse=*/true);
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(ifOp.thenBlock());
      scf::YieldOp::create(builder, loc, body(place, carried));
      builder.setInsertionPointToStart(ifOp.elseBlock());
      scf::YieldOp::create(builder, loc, carried);
      return SmallVector<Value>(ifOp.getResults());
    });
  }

  /// Masks with the bits of all entries, given where each row's entries begin.
  Value buildMasks(RankedTensorType type, Value indices, function_ref<Value(Value)> begin) {
    Value masks = makeZeros(type.getNumElements(), builder.getI8Type());
    masks = loop(constant(0), constant(numRows), masks, [&](Value row, ValueRange carried) {
      return loop(begin(row), begin(increment(row)), carried, [&](Value entry, ValueRange bytes) {
        Value place = placeOf(row, columnOf(entry, toIndex(extract(indices, entry))));
        Value byte = apply(dim(0).floorDiv(8), place);
        Value one = arith::ConstantOp::create(builder, loc, builder.getI8IntegerAttr(1));
        Value bit = arith::ShLIOp::create(builder, loc, one, bitOf(place));
        Value both = arith::OrIOp::create(builder, loc, extract(bytes[0], byte), bit);
        return SmallVector<Value>{insert(both, bytes[0], byte)};
      });
    })[0];
    return expand(masks, type);
  }

  /// The row, and the column or its position in the group, of a place in the masks.
  Value rowOf(Value place) {
    AffineExpr step = dim(0) % layout.stepSize();
    int64_t panelSize = layout.numSteps(attribute.getNumColumns()) * layout.stepSize();
    AffineExpr row = step.floorDiv(layout.columns * layout.depth) * layout.columns +
                     step.floorDiv(layout.group) % layout.columns;
    return apply(dim(0).floorDiv(panelSize) * layout.panel + row, place);
  }
  Value indexOf(Value place) {
    AffineExpr step = dim(0) % layout.stepSize();
    AffineExpr t = step.floorDiv(layout.columns * layout.group) % (layout.depth / layout.group) *
                       layout.group +
                   step % layout.group;
    AffineExpr number =
        dim(0).floorDiv(layout.stepSize()) % layout.numSteps(attribute.getNumColumns());
    AffineExpr column = number * layout.depth + t;
    return apply(attribute.isNM() ? column % attribute.getGroup() : column, place);
  }

  /// The first entry of a row of an n:m matrix.
  Value regularBegin(Value row) {
    return apply(dim(0) * (valuesType.getDimSize(1) * valuesType.getDimSize(2)), row);
  }

  /// A vector whose element i is `body(i)`.
  Value generate(int64_t size, Type element, function_ref<Value(Value)> body) {
    auto op = tensor::GenerateOp::create(builder, loc, RankedTensorType::get({size}, element),
                                         ValueRange());
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&op.getBody(), {}, builder.getIndexType(), loc);
    tensor::YieldOp::create(builder, loc, body(block->getArgument(0)));
    return op;
  }

  Value flatten(Value tensor, int64_t rank) {
    if (rank == 1)
      return tensor;
    auto all = llvm::to_vector<2>(llvm::seq<int64_t>(0, rank));
    return tensor::CollapseShapeOp::create(builder, loc, tensor, ArrayRef{all});
  }
  Value expand(Value vector, RankedTensorType type) {
    if (type.getRank() == 1)
      return vector;
    auto all = llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()));
    return tensor::ExpandShapeOp::create(builder, loc, type, vector, ArrayRef{all});
  }

  AffineExpr dim(unsigned position) { return builder.getAffineDimExpr(position); }

  int64_t numRows = 0;

private:
  Value bitOf(Value place) { return toInteger(apply(dim(0) % 8, place), builder.getI8Type()); }
  Value columnOf(Value entry, Value index) {
    if (!attribute.isNM())
      return index;
    AffineExpr group = dim(0).floorDiv(valuesType.getDimSize(2)) % valuesType.getDimSize(1);
    return apply(group * attribute.getGroup() + dim(1), {entry, index});
  }
  Value placeOf(Value row, Value column) {
    int64_t panelSize = layout.numSteps(attribute.getNumColumns()) * layout.stepSize();
    AffineExpr i = dim(0) % layout.panel, t = dim(1) % layout.depth;
    AffineExpr inStep =
        i.floorDiv(layout.columns) * (layout.columns * layout.depth) +
        (t.floorDiv(layout.group) * layout.columns + i % layout.columns) * layout.group +
        t % layout.group;
    return apply(dim(0).floorDiv(layout.panel) * panelSize +
                     dim(1).floorDiv(layout.depth) * layout.stepSize() + inStep,
                 {row, column});
  }

  OpBuilder &builder;
  Location loc;
  BitmapAttr attribute;
  PanelLayout layout;
  RankedTensorType valuesType;
};
} // namespace

SmallVector<Value> BitmapAttr::buildPack(OpBuilder &builder, Location loc,
                                         ValueRange factors) const {
  SmallVector<RankedTensorType> types = llvm::map_to_vector(
      factors.getTypes(), [](Type type) { return cast<RankedTensorType>(type); });
  std::string why;
  SmallVector<RankedTensorType> packed = *getPackedTypes(types, why);
  BitmapLoops loops(builder, loc, *this, types[0]);
  loops.numRows = isNM() ? types[0].getDimSize(0) : types[2].getDimSize(0) - 1;
  Value values = loops.flatten(factors[0], types[0].getRank());
  Value indices = loops.flatten(factors[1], types[1].getRank());
  auto begin = [&](Value row) {
    return isNM() ? loops.regularBegin(row) : loops.toIndex(loops.extract(factors[2], row));
  };

  Value masks = loops.buildMasks(packed[0], indices, begin);
  // Values that the loop does not overwrite stay: entries of no row, and zeros behind.
  Value target = buildPadTo(builder, loc, values, 0, builder.getIndexAttr(packed[1].getDimSize(0)));
  Value cursors = loops.generate(loops.numRows, builder.getIndexType(), begin);
  SmallVector<Value> results = loops.forEachBit(
      masks, {target, cursors, begin(loops.constant(0))}, [&](Value place, ValueRange carried) {
        Value row = loops.rowOf(place), entry = loops.extract(carried[1], row);
        return SmallVector<Value>{
            loops.insert(loops.extract(values, entry), carried[0], carried[2]),
            loops.insert(loops.increment(entry), carried[1], row), loops.increment(carried[2])};
      });
  int64_t panel = getPanels().getPanel();
  Value starts =
      loops.generate(packed[2].getDimSize(0), packed[2].getElementType(), [&](Value number) {
        Value row = arith::MinSIOp::create(builder, loc, loops.apply(loops.dim(0) * panel, number),
                                           loops.constant(loops.numRows));
        return loops.toInteger(begin(row), packed[2].getElementType());
      });
  return {masks, results[0], starts};
}

SmallVector<Value> BitmapAttr::buildUnpack(OpBuilder &builder, Location loc, ValueRange packed,
                                           ArrayRef<RankedTensorType> factors) const {
  BitmapLoops loops(builder, loc, *this, factors[0]);
  loops.numRows = isNM() ? factors[0].getDimSize(0) : factors[2].getDimSize(0) - 1;
  Type index = builder.getIndexType();
  Value zero = loops.constant(0), numRows = loops.constant(loops.numRows);
  Value first = loops.toIndex(loops.extract(packed[2], zero));

  // Where each row's entries begin.
  Value cursors, offsets;
  if (isNM()) {
    cursors =
        loops.generate(loops.numRows, index, [&](Value row) { return loops.regularBegin(row); });
  } else {
    Type type = factors[2].getElementType();
    Value lengths = loops.makeZeros(loops.numRows, index);
    lengths = loops.forEachBit(packed[0], lengths, [&](Value place, ValueRange carried) {
      Value row = loops.rowOf(place);
      Value length = loops.increment(loops.extract(carried[0], row));
      return SmallVector<Value>{loops.insert(length, carried[0], row)};
    })[0];
    offsets =
        loops.insert(loops.toInteger(first, type), loops.makeTensor(loops.numRows + 1, type), zero);
    cursors = loops.makeTensor(loops.numRows, index);
    SmallVector<Value> sums =
        loops.loop(zero, numRows, {offsets, cursors, first}, [&](Value row, ValueRange carried) {
          Value end =
              loops.apply(loops.dim(0) + loops.dim(1), {carried[2], loops.extract(lengths, row)});
          return SmallVector<Value>{
              loops.insert(loops.toInteger(end, type), carried[0], loops.increment(row)),
              loops.insert(carried[2], carried[1], row), end};
        });
    offsets = sums[0];
    cursors = sums[1];
  }

  int64_t numEntries = factors[0].getNumElements();
  Value values = sliceDim(builder, loc, packed[1], 0, builder.getIndexAttr(0),
                          builder.getIndexAttr(numEntries));
  Value indices = loops.makeZeros(numEntries, factors[1].getElementType());
  SmallVector<Value> results = loops.forEachBit(
      packed[0], {values, indices, cursors, first}, [&](Value place, ValueRange carried) {
        Value row = loops.rowOf(place), entry = loops.extract(carried[2], row);
        Value position = loops.toInteger(loops.indexOf(place), factors[1].getElementType());
        return SmallVector<Value>{
            loops.insert(loops.extract(packed[1], carried[3]), carried[0], entry),
            loops.insert(position, carried[1], entry),
            loops.insert(loops.increment(entry), carried[2], row), loops.increment(carried[3])};
      });
  SmallVector<Value> unpacked{loops.expand(results[0], factors[0]),
                              loops.expand(results[1], factors[1])};
  if (offsets)
    unpacked.push_back(offsets);
  return unpacked;
}
