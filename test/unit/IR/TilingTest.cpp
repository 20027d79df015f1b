//===- TilingTest.cpp - tests of tiles by operand and by result -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no upstream pass reaches: tiles of the domain that belong to given tiles
// of operands and results, and that refusal leaves no operations behind.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/IR/StructuredMatmul.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {

// 4 blocks of 3 rows for 10 outputs.
constexpr const char *kBlast = R"mlir(
func.func @f(%x: tensor<7x9xf32>, %u: tensor<4x3x2xf32>, %s: tensor<4x2x2xf32>,
             %v: tensor<2x2x5xf32>, %init: tensor<7x10xf32>) {
  %y = structlin.blast_matmul
    ins(%x, %u, %s, %v : tensor<7x9xf32>, tensor<4x3x2xf32>, tensor<4x2x2xf32>,
        tensor<2x2x5xf32>) outs(%init : tensor<7x10xf32>) -> tensor<7x10xf32>
  return
})mlir";

constexpr const char *kDynamicBlast = R"mlir(
func.func @f(%x: tensor<?x?xf32>, %u: tensor<?x?x?xf32>, %s: tensor<?x?x?xf32>,
             %v: tensor<?x?x?xf32>, %init: tensor<?x?xf32>) {
  %y = structlin.blast_matmul
    ins(%x, %u, %s, %v : tensor<?x?xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>,
        tensor<?x?x?xf32>) outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return
})mlir";

class Tiling : public ::testing::Test {
protected:
  void parse(const char *source) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<StructlinDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(source, &context);
    module->walk([&](TilingInterface found) { op = found; });
    builder.emplace(op);
  }

  SmallVector<OpFoldResult> indices(ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(&context, values);
  }

  int64_t countOps() {
    int64_t count = 0;
    module->walk([&](Operation *) { ++count; });
    return count;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  TilingInterface op;
  std::optional<OpBuilder> builder;
};

TEST_F(Tiling, InputRowsGiveAllOutputs) {
  parse(kBlast);
  SmallVector<OpFoldResult> offsets, sizes;
  ASSERT_TRUE(succeeded(op.getIterationDomainTileFromOperandTiles(
      *builder, {0}, {indices({2, 0})}, {indices({3, 9})}, offsets, sizes)));
  EXPECT_EQ(getConstantIntValues(offsets), (SmallVector<int64_t>{2, 0, 0}));
  EXPECT_EQ(getConstantIntValues(sizes), (SmallVector<int64_t>{3, 4, 3}));
  FailureOr<TilingResult> tile = op.getTiledImplementationFromOperandTiles(
      *builder, {0}, {indices({2, 0})}, {indices({3, 9})});
  ASSERT_TRUE(succeeded(tile));
  EXPECT_EQ(cast<ShapedType>(tile->tiledValues[0].getType()).getShape(),
            (ArrayRef<int64_t>{3, 10}));
  EXPECT_EQ(tile->generatedSlices.size(), 2u);
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(Tiling, InputColumnsAreNotTiled) {
  parse(kBlast);
  int64_t before = countOps();
  EXPECT_TRUE(failed(op.getTiledImplementationFromOperandTiles(*builder, {0}, {indices({2, 0})},
                                                               {indices({3, 8})})));
  EXPECT_EQ(countOps(), before);
}

TEST_F(Tiling, FactorsAreNotFollowed) {
  parse(kBlast);
  SmallVector<OpFoldResult> offsets, sizes;
  EXPECT_TRUE(failed(op.getIterationDomainTileFromOperandTiles(
      *builder, {1}, {indices({0, 0, 0})}, {indices({1, 3, 2})}, offsets, sizes)));
}

TEST_F(Tiling, InitAndInputAgreeOnTokens) {
  parse(kBlast);
  SmallVector<OpFoldResult> offsets, sizes;
  ASSERT_TRUE(succeeded(op.getIterationDomainTileFromOperandTiles(
      *builder, {0, 4}, {indices({2, 0}), indices({2, 3})}, {indices({3, 9}), indices({3, 6})},
      offsets, sizes)));
  EXPECT_EQ(getConstantIntValues(offsets), (SmallVector<int64_t>{2, 1, 0}));
  EXPECT_EQ(getConstantIntValues(sizes), (SmallVector<int64_t>{3, 2, 3}));
  EXPECT_TRUE(failed(op.getIterationDomainTileFromOperandTiles(
      *builder, {0, 4}, {indices({2, 0}), indices({1, 3})}, {indices({3, 9}), indices({3, 6})},
      offsets, sizes)));
}

TEST_F(Tiling, ResultOfWholeBlocks) {
  parse(kBlast);
  SmallVector<OpFoldResult> offsets, sizes;
  ASSERT_TRUE(succeeded(op.getIterationDomainTileFromResultTile(*builder, 0, indices({0, 6}),
                                                                indices({7, 3}), offsets, sizes)));
  EXPECT_EQ(getConstantIntValues(offsets), (SmallVector<int64_t>{0, 2, 0}));
  EXPECT_EQ(getConstantIntValues(sizes), (SmallVector<int64_t>{7, 1, 3}));
}

TEST_F(Tiling, ResultThatEndsWhereYEnds) {
  parse(kBlast);
  FailureOr<TilingResult> tile =
      op.generateResultTileValue(*builder, 0, indices({0, 6}), indices({7, 4}));
  ASSERT_TRUE(succeeded(tile));
  EXPECT_EQ(cast<ShapedType>(tile->tiledValues[0].getType()).getShape(), (ArrayRef<int64_t>{7, 4}));
  // Two blocks.
  EXPECT_EQ(cast<ShapedType>(tile->tiledOps[0]->getOperand(1).getType()).getShape(),
            (ArrayRef<int64_t>{2, 3, 2}));
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(Tiling, ResultThatCutsABlock) {
  parse(kBlast);
  int64_t before = countOps();
  EXPECT_TRUE(failed(op.generateResultTileValue(*builder, 0, indices({0, 3}), indices({7, 4}))));
  EXPECT_TRUE(failed(op.generateResultTileValue(*builder, 0, indices({0, 1}), indices({7, 3}))));
  EXPECT_EQ(countOps(), before);
}

TEST_F(Tiling, TileInsideThePadding) {
  parse(kBlast);
  // Rows 10 and 11 of W' are padding: no rows of y.
  FailureOr<TilingResult> tile =
      op.getTiledImplementation(*builder, indices({0, 3, 1}), indices({7, 1, 2}));
  ASSERT_TRUE(succeeded(tile));
  EXPECT_EQ(cast<ShapedType>(tile->tiledValues[0].getType()).getShape(), (ArrayRef<int64_t>{7, 0}));
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(Tiling, RefusalOfDynamicSizesLeavesNothing) {
  parse(kDynamicBlast);
  int64_t before = countOps();
  EXPECT_TRUE(failed(op.getTiledImplementation(*builder, indices({0, 0, 1}), indices({7, 2, 2}))));
  EXPECT_EQ(countOps(), before);
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(Tiling, DynamicSizesInsideOneBlock) {
  parse(kDynamicBlast);
  FailureOr<TilingResult> tile =
      op.getTiledImplementation(*builder, indices({0, 1, 1}), indices({4, 1, 2}));
  ASSERT_TRUE(succeeded(tile));
  EXPECT_EQ(cast<ShapedType>(tile->tiledOps[0]->getOperand(1).getType()).getShape(),
            (ArrayRef<int64_t>{1, 2, ShapedType::kDynamic}));
  EXPECT_TRUE(succeeded(verify(*module)));
}

} // namespace
