//===- Blast.cpp - the BLAST kernel ---------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three stages for each block of tokens (Lee et al. 2024, section 2):
//
//     Y_j = X_j V_j^T    (b2, m, r)
//     Z_i = sum_j s_ij o Y_j    (b1, m, r), one lane per rank
//     out_i = Z_i U_i^T    (m, p)
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "structlin/Kernels/Kernels.h"

using namespace structlin;
using namespace structlin::kernels;

namespace {
/// The sizes of a problem, and its inner results for one block of tokens.
struct Stages {
  Builder &builder;
  const BlastKernel &kernel;
  const Schedule &schedule;
  Tokens tokens;
  int64_t p, q;
  Activations x;
  /// (b1, tokens, lanes), and (b2, tokens, lanes) of one panel of the ranks, or of all.
  Buffer z, y;
  /// Blocks that are not empty: the last ones may be, where b1 p > n_out or b2 q > n_in.
  int64_t numRows = numPieces(kernel.outputs, p), numCols = numPieces(kernel.inputs, q);

  /// The first lane of a panel in y.
  Index laneOfY(Index panel) const {
    return schedule.order == Order::Memory ? panel * schedule.cols : Index(0);
  }

  /// Panel `panel` of the ranks in input block j.
  void first(Index j, Index panel) {
    Index lane = laneOfY(panel);
    auto keep = [&](Tile acc, const TokenTile &tile, Index, int64_t) {
      // Whole panels: the lanes behind the last rank are zero in V.
      builder.store(roundInner(builder, acc, kernel.mid, y.type),
                    at(y, {j, tile.row - tokens.begin, lane}), schedule.cols);
    };
    withPieceLength(builder, j, numCols, kernel.inputs, q, [&](int64_t width) {
      runDensePanel(builder,
                    {x.fromColumn(j * q), at(kernel.v, {j, 0, 0, 0}), width, kernel.rank, keep},
                    panel, tokens, schedule);
    });
  }

  /// Panel `panel` of the ranks, for all pairs of blocks: one lane per rank, on vectors
  /// whatever the other stages run on.
  void second(Index panel) {
    const Target &target = builder.getTarget();
    ProductForm form;
    form.accumulator = target.getProductForm(kernel.mid, kernel.s.type).accumulator;
    // A few output blocks share what is loaded of Y.
    int64_t group = numRows % 4 == 0 ? 4 : numRows % 3 == 0 ? 3 : 1;
    int64_t perToken = group * (schedule.cols / target.lanes(form.accumulator));
    int64_t rows = std::max<int64_t>(1, target.vectorRegisters * 3 / 4 / perToken);
    Index lane = panel * schedule.cols, laneY = laneOfY(panel);
    builder.forEach(0, numRows / group, [&](Index i) {
      forEachTokenTile(builder, tokens, rows, [&](const TokenTile &tile) {
        Index row = tile.row - tokens.begin;
        Tile sum = builder.accumulate(
            0, numCols, builder.zero(tile.rows * group, schedule.cols, form),
            [&](Index j, Tile acc) {
              return builder.laneProduct(acc, at(y, {j, row, laneY}),
                                         at(kernel.s, {panel, j, i * group, 0}), group);
            });
        builder.storeLanes(roundInner(builder, sum, kernel.mid, z.type),
                           at(z, {i * group, row, lane}), group);
      });
    });
  }

  /// Panel `panel` of the outputs in output block i.
  void third(Index i, Index panel) {
    auto finish = [&](Tile acc, const TokenTile &tile, Index col, int64_t cols) {
      builder.finish(acc, tile.row, i * p + col, tile.valid, cols);
    };
    withPieceLength(builder, i, numRows, kernel.outputs, p, [&](int64_t height) {
      // The last block may end before this panel.
      builder.forEach(panel, min(panel + 1, numPieces(height, schedule.cols)), [&](Index panel) {
        Activations inner{at(z, {i, 0, 0}), /*padded=*/true};
        runDensePanel(builder, {inner, at(kernel.u, {i, 0, 0, 0}), kernel.rank, height, finish},
                      panel, tokens, schedule);
      });
    });
  }
};
} // namespace

void kernels::buildBlast(Builder &builder, const BlastKernel &kernel, const Schedule &schedule) {
  Products products(builder, kernel.x.type, kernel.v.type, schedule);
  Products last(builder, kernel.mid, kernel.u.type, schedule);
  int64_t p = numPieces(kernel.outputs, kernel.b1), q = numPieces(kernel.inputs, kernel.b2);
  int64_t rankPanels = numPieces(kernel.rank, schedule.cols);
  int64_t outputPanels = numPieces(p, schedule.cols);
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    // The last stage reads and the first one writes whole tiles, if it runs on tiles.
    // Distances between blocks and between tokens are no powers of two: those of many
    // blocks would meet in a few lines of the cache.
    Index rows = last.wholeTiles(products.wholeTiles(tokens.size));
    ElementType type = last.innerType(kernel.mid);
    int64_t lanes = (rankPanels + 1) * schedule.cols;
    Buffer z = builder.scratch(type, {numPieces(kernel.outputs, p), rows, lanes}, schedule.scope());
    Stages stages{builder,
                  kernel,
                  schedule,
                  tokens,
                  p,
                  q,
                  products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs),
                  z,
                  /*y=*/{}};
    if (schedule.order == Order::Memory) {
      // V is one stream; the whole of Y waits.
      stages.y = builder.scratch(type, {stages.numCols, rows + 1, lanes}, schedule.scope());
      forEachPanel(builder, stages.numCols * rankPanels, schedule, nullptr,
                   [&](Index unit) { stages.first(unit / rankPanels, unit % rankPanels); });
      forEachPanel(builder, rankPanels, schedule, nullptr,
                   [&](Index panel) { stages.second(panel); });
    } else {
      // A panel of ranks goes through the first two stages while it is in cache.
      forEachPanel(builder, rankPanels, schedule, nullptr, [&](Index panel) {
        stages.y = builder.scratch(type, {stages.numCols, rows + 1, schedule.cols}, Scope::Thread);
        builder.forEach(0, stages.numCols, [&](Index j) { stages.first(j, panel); });
        stages.second(panel);
      });
    }
    forEachPanel(builder, stages.numRows * outputPanels, schedule, nullptr,
                 [&](Index unit) { stages.third(unit / outputPanels, unit % outputPanels); });
  });
}
