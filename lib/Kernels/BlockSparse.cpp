//===- BlockSparse.cpp - the block-sparse kernel --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block row is computed panel by panel; the accumulators stay in registers over
// all of its blocks.
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "structlin/Kernels/Kernels.h"

using namespace structlin;
using namespace structlin::kernels;

/// acc += A B for block `block` and panel `panel` of its rows.
static Tile addBlock(Builder &builder, Products &products, const BlockSparseKernel &kernel,
                     Tile acc, const At &a, Index block, Index panel, const TokenTile &tile) {
  Index column = builder.index(at(kernel.indices, {block}), numPieces(kernel.inputs, kernel.width));
  int64_t whole = kernel.inputs / kernel.width, rest = kernel.inputs % kernel.width;
  auto product = [&](int64_t width) {
    return products.reduce(
        acc, {moved(a, -1, column * kernel.width), at(kernel.values, {block, panel, 0, 0}), width},
        tile);
  };
  if (rest == 0)
    return product(kernel.width);
  if (whole == 0)
    return product(rest);
  // Only the last block column is narrower in x than in the factor.
  Carried result = builder.select(column / whole, 0, 1, [&](int64_t last) {
    return Carried{{product(last ? rest : kernel.width)}, {}};
  });
  return result.tiles.front();
}

void kernels::buildBlockSparse(Builder &builder, const BlockSparseKernel &kernel,
                               const Schedule &schedule) {
  Products products(builder, kernel.x.type, kernel.values.type, schedule);
  int64_t blockRows = numPieces(kernel.outputs, kernel.height);
  auto runRow = [&](Index row, Tokens tokens, const Activations &x) {
    Index begin = builder.index(at(kernel.offsets, {row}));
    Index end = builder.index(at(kernel.offsets, {row + 1}));
    withPieceLength(builder, row, blockRows, kernel.outputs, kernel.height, [&](int64_t height) {
      builder.forEach(0, numPieces(height, schedule.cols), [&](Index panel) {
        products.forEachTile(tokens, x, [&](const TokenTile &tile, const At &a) {
          Tile acc = builder.accumulate(
              begin, end, products.zero(tile.rows),
              [&](Index block, Tile acc) {
                return addBlock(builder, products, kernel, acc, a, block, panel, tile);
              },
              kernel.blocksPerRow);
          withPieceLength(builder, panel, numPieces(height, schedule.cols), height, schedule.cols,
                          [&](int64_t cols) {
                            builder.finish(acc, tile.row,
                                           row * kernel.height + panel * schedule.cols, tile.valid,
                                           cols);
                          });
        });
      });
    });
  };
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs);
    forEachPanel(builder, blockRows, schedule, &kernel.offsets,
                 [&](Index row) { runRow(row, tokens, x); });
  });
}
