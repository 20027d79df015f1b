//===- BlockSparse.cpp - the block-sparse kernel --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block row is computed panel by panel, or block by block.
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

namespace {
/// A block row for some tokens.
struct BlockRow {
  Builder &builder;
  Products &products;
  const BlockSparseKernel &kernel;
  const Schedule &schedule;
  Index number, begin, end;
  /// Its outputs: the last row of blocks may have fewer than the others.
  int64_t height;
  Tokens tokens;
  const Activations &x;

  int64_t panels = numPieces(height, schedule.cols);

  void finish(Tile acc, const TokenTile &tile, Index panel) const {
    withPieceLength(builder, panel, panels, height, schedule.cols, [&](int64_t cols) {
      builder.finish(acc, tile.row, number * kernel.height + panel * schedule.cols, tile.valid,
                     cols);
    });
  }
};
} // namespace

/// Panel by panel: the accumulators of a tile stay in registers over all blocks.
static void runByPanels(const BlockRow &row) {
  Builder &builder = row.builder;
  builder.forEach(0, row.panels, [&](Index panel) {
    row.products.forEachTile(row.tokens, row.x, [&](const TokenTile &tile, const At &a) {
      Tile acc = builder.accumulate(
          row.begin, row.end, row.products.zero(tile.rows),
          [&](Index block, Tile acc) {
            return addBlock(builder, row.products, row.kernel, acc, a, block, panel, tile);
          },
          row.kernel.blocksPerRow);
      row.finish(acc, tile, panel);
    });
  });
}

/// Block by block, in the order of memory: a block stays in the innermost cache for all
/// tokens, and what comes from memory is one stream. Sums wait in memory meanwhile.
static void runByBlocks(const BlockRow &row) {
  Builder &builder = row.builder;
  const ProductForm &form = row.products.getForm();
  int64_t cols = row.schedule.cols;
  Buffer sums =
      builder.scratch(form.accumulator,
                      {row.panels, row.products.wholeTiles(row.tokens.size), cols}, Scope::Thread);
  auto forEachTile = [&](llvm::function_ref<void(Index, const TokenTile &, const At &, At)> body) {
    builder.forEach(0, row.panels, [&](Index panel) {
      row.products.forEachTile(row.tokens, row.x, [&](const TokenTile &tile, const At &a) {
        body(panel, tile, a, at(sums, {panel, tile.row - row.tokens.begin, 0}));
      });
    });
  };
  forEachTile([&](Index, const TokenTile &tile, const At &, const At &sum) {
    builder.store(row.products.zero(tile.rows), sum, cols);
  });
  auto addToSums = [&](Index block, const Carried &none) {
    forEachTile([&](Index panel, const TokenTile &tile, const At &a, const At &sum) {
      Tile acc = builder.load(sum, tile.rows, cols, form);
      builder.store(addBlock(builder, row.products, row.kernel, acc, a, block, panel, tile), sum,
                    cols);
    });
    return none;
  };
  builder.loop(row.begin, row.end, {}, addToSums, row.kernel.blocksPerRow);
  forEachTile([&](Index panel, const TokenTile &tile, const At &, const At &sum) {
    row.finish(builder.load(sum, tile.rows, cols, form), tile, panel);
  });
}

void kernels::buildBlockSparse(Builder &builder, const BlockSparseKernel &kernel,
                               const Schedule &schedule) {
  Schedule perBlock = schedule;
  // In the order of memory what comes next is fetched by the machine itself.
  perBlock.nextPanel = schedule.nextPanel && schedule.order != Order::Memory;
  Products products(builder, kernel.x.type, kernel.values.type, perBlock);
  int64_t blockRows = numPieces(kernel.outputs, kernel.height);
  auto runRow = [&](Index number, Tokens tokens, const Activations &x) {
    Index begin = builder.index(at(kernel.offsets, {number}));
    Index end = builder.index(at(kernel.offsets, {number + 1}));
    withPieceLength(builder, number, blockRows, kernel.outputs, kernel.height, [&](int64_t height) {
      BlockRow row{builder, products, kernel, schedule, number, begin, end, height, tokens, x};
      // Blocks of one panel come in the order of memory anyway.
      (schedule.order == Order::Memory && row.panels > 1 ? runByBlocks : runByPanels)(row);
    });
  };
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs);
    forEachPanel(builder, blockRows, schedule, &kernel.offsets,
                 [&](Index number) { runRow(number, tokens, x); });
  });
}
