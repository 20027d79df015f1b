//===- SparseProduct.cpp - x S^T as linalg -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The gathering loops of unstructured and n:m sparse parts.
//
//===----------------------------------------------------------------------===//

#include "SharedFactors.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::structlin;

static Value buildProductOfEntries(OpBuilder &builder, Location loc, Value x, Value value,
                                   Value sum) {
  Type type = sum.getType();
  Value product = buildScalarMul(builder, loc, buildScalarCast(builder, loc, x, type),
                                 buildScalarCast(builder, loc, value, type));
  return buildScalarAdd(builder, loc, sum, product);
}

/// One parallel generic over (token, row); its body runs over the row's entries
/// and gathers from x. Rows are as long as their offsets say, so the reduction is
/// a loop and not an iterator.
static Value buildUnstructuredProduct(OpBuilder &builder, Location loc, Value x, Value values,
                                      Value indices, Value offsets, Value acc) {
  OpFoldResult numRows = tensor::getMixedSize(builder, loc, acc, 1);
  Value begins = sliceDim(builder, loc, offsets, 0, builder.getIndexAttr(0), numRows);
  Value ends = sliceDim(builder, loc, offsets, 0, builder.getIndexAttr(1), numRows);

  AffineMap identity = builder.getMultiDimIdentityMap(2);
  AffineMap row = AffineMap::get(2, 0, builder.getAffineDimExpr(1));
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  auto buildBody = [&](OpBuilder &b, Location, ValueRange args) {
    Value token = linalg::IndexOp::create(b, loc, 0);
    Value begin = arith::IndexCastOp::create(b, loc, b.getIndexType(), args[0]);
    Value end = arith::IndexCastOp::create(b, loc, b.getIndexType(), args[1]);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    auto loop = scf::ForOp::create(
        b, loc, begin, end, one, args[2],
        [&](OpBuilder &nested, Location, Value k, ValueRange carried) {
          Value column =
              arith::IndexCastOp::create(nested, loc, nested.getIndexType(),
                                         tensor::ExtractOp::create(nested, loc, indices, k));
          Value input = tensor::ExtractOp::create(nested, loc, x, ValueRange{token, column});
          Value value = tensor::ExtractOp::create(nested, loc, values, k);
          scf::YieldOp::create(nested, loc,
                               buildProductOfEntries(nested, loc, input, value, carried[0]));
        });
    linalg::YieldOp::create(b, loc, loop.getResult(0));
  };
  return linalg::GenericOp::create(builder, loc, acc.getType(), ValueRange{begins, ends}, acc,
                                   ArrayRef{row, row, identity}, iterators, buildBody)
      .getResult(0);
}

/// One generic over (token, row, group, entry) that gathers from the padded x.
static Value buildGroupedProduct(OpBuilder &builder, Location loc, Value x, Value values,
                                 Value indices, int64_t group, Value acc) {
  OpFoldResult columns = mulSizes(builder, loc, tensor::getMixedSize(builder, loc, values, 1),
                                  builder.getIndexAttr(group));
  Value padded = buildPadTo(builder, loc, x, 1, columns);

  MLIRContext *context = builder.getContext();
  AffineExpr t, o, g, e;
  bindDims(context, t, o, g, e);
  AffineMap entry = AffineMap::get(4, 0, {o, g, e}, context);
  AffineMap output = AffineMap::get(4, 0, {t, o}, context);
  using utils::IteratorType;
  SmallVector<IteratorType> iterators{IteratorType::parallel, IteratorType::parallel,
                                      IteratorType::reduction, IteratorType::reduction};
  auto buildBody = [&](OpBuilder &b, Location, ValueRange args) {
    Value token = linalg::IndexOp::create(b, loc, 0);
    Value groupIndex = linalg::IndexOp::create(b, loc, 2);
    Value size = arith::ConstantIndexOp::create(b, loc, group);
    Value position = arith::IndexCastOp::create(b, loc, b.getIndexType(), args[1]);
    Value column =
        arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, groupIndex, size), position);
    Value input = tensor::ExtractOp::create(b, loc, padded, ValueRange{token, column});
    linalg::YieldOp::create(b, loc, buildProductOfEntries(b, loc, input, args[0], args[2]));
  };
  return linalg::GenericOp::create(builder, loc, acc.getType(), ValueRange{values, indices}, acc,
                                   ArrayRef{entry, entry, output}, iterators, buildBody)
      .getResult(0);
}

Value structlin::buildSparseProduct(OpBuilder &builder, Location loc, Value x, ValueRange factors,
                                    bool hasOffsets, std::optional<int64_t> group, Value acc) {
  if (hasOffsets)
    return buildUnstructuredProduct(builder, loc, x, factors[0], factors[1], factors[2], acc);
  return buildGroupedProduct(builder, loc, x, factors[0], factors[1], *group, acc);
}
