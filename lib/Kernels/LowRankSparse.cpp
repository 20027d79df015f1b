//===- LowRankSparse.cpp - the kernel of low rank plus sparse -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The low-rank part's second product is a few more steps of the sparse part's
// reduction: both end in one accumulator.
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "SparsePanel.h"

using namespace structlin;
using namespace structlin::kernels;

void kernels::buildLowRankSparse(Builder &builder, const LowRankSparseKernel &kernel,
                                 const Schedule &schedule) {
  const SparseKernel &sparse = kernel.sparse;
  Products products(builder, sparse.x.type, sparse.values.type, schedule);
  Products ranks(builder, kernel.mid, kernel.u.type, schedule);
  assert(products.getForm().usesTiles() == ranks.getForm().usesTiles() &&
         "expected both parts on one kind of registers");
  int64_t panels = numPieces(sparse.outputs, schedule.cols);
  forEachBlock(builder, sparse.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(sparse.x, {tokens.begin, 0}), sparse.inputs,
                                     /*fixed=*/true);
    Activations inner = runInnerStage(builder, x, kernel.v, sparse.inputs, kernel.rank, kernel.mid,
                                      ranks, tokens, schedule);
    forEachPanel(builder, panels, schedule, &sparse.starts, [&](Index panel) {
      auto finish = [&](Tile acc, const TokenTile &tile) {
        acc = ranks.reduce(acc,
                           {moved(inner.source, -2, tile.row - tokens.begin),
                            at(kernel.u, {panel, 0, 0}), kernel.rank},
                           tile);
        withPieceLength(builder, panel, panels, sparse.outputs, schedule.cols, [&](int64_t cols) {
          builder.finish(acc, tile.row, panel * schedule.cols, tile.valid, cols);
        });
      };
      forEachSparseTile(builder, products, sparse, panel, tokens, x, finish);
    });
  });
}
