//===- Dense.cpp - products with a dense factor ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stage that most kernels have, and the dense kernel, which is that stage alone.
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "structlin/Kernels/Kernels.h"

using namespace structlin;
using namespace structlin::kernels;

/// Hands a finished tile to the stage's sink.
static void finishTile(Builder &builder, const DenseStage &stage, Tile acc, Index panel,
                       const TokenTile &tile, const Schedule &schedule) {
  withPieceLength(builder, panel, numPieces(stage.outputs, schedule.cols), stage.outputs,
                  schedule.cols,
                  [&](int64_t cols) { stage.sink(acc, tile, panel * schedule.cols, cols); });
}

/// One panel in one pass over the reduction.
static void runPanel(Builder &builder, Products &products, const DenseStage &stage, Index panel,
                     Tokens tokens, const Schedule &schedule) {
  products.forEachTile(tokens, stage.a, [&](const TokenTile &tile, const At &a) {
    Tile acc = products.reduce(products.zero(tile.rows),
                               {a, moved(stage.b, -3, panel), stage.inputs}, tile);
    finishTile(builder, stage, acc, panel, tile, schedule);
  });
}

/// One panel in chunks of the reduction, with the sums of all tokens in between.
static void runPanelInChunks(Builder &builder, Products &products, const DenseStage &stage,
                             Index panel, Tokens tokens, const Schedule &schedule) {
  int64_t chunk = schedule.chunk * products.getForm().depth;
  Index rows = products.wholeTiles(tokens.size);
  Buffer sums =
      builder.scratch(products.getForm().accumulator, {rows, schedule.cols}, Scope::Thread);
  int64_t numChunks = numPieces(stage.inputs, chunk);
  auto run = [&](Index number, bool first, bool last) {
    int64_t size = last ? stage.inputs - (numChunks - 1) * chunk : chunk;
    products.forEachTile(tokens, stage.a, [&](const TokenTile &tile, const At &a) {
      At sum = at(sums, {tile.row - tokens.begin, 0});
      Tile acc = first ? products.zero(tile.rows)
                       : builder.load(sum, tile.rows, schedule.cols, products.getForm());
      acc = products.reduce(acc,
                            {moved(a, -1, number * chunk),
                             moved(moved(stage.b, -3, panel), -2, number * schedule.chunk), size},
                            tile);
      if (last)
        finishTile(builder, stage, acc, panel, tile, schedule);
      else
        builder.store(acc, sum, schedule.cols);
    });
  };
  run(0, /*first=*/true, /*last=*/false);
  builder.forEach(1, numChunks - 1, [&](Index number) { run(number, false, false); });
  run(numChunks - 1, /*first=*/false, /*last=*/true);
}

void kernels::runDensePanel(Builder &builder, const DenseStage &stage, Index panel, Tokens tokens,
                            const Schedule &schedule) {
  Products products(builder, stage.a.source.buffer.type, stage.b.buffer.type, schedule);
  bool chunked = schedule.chunk != 0 && schedule.chunk * products.getForm().depth < stage.inputs;
  (chunked ? runPanelInChunks : runPanel)(builder, products, stage, panel, tokens, schedule);
}

void kernels::forEachPanel(Builder &builder, Index count, const Schedule &schedule,
                           const Buffer *weights, llvm::function_ref<void(Index)> body) {
  if (schedule.split == Split::Outputs)
    builder.parallel(count, body, weights);
  else
    builder.forEach(0, count, body);
}

void kernels::runDenseStage(Builder &builder, const DenseStage &stage, Tokens tokens,
                            const Schedule &schedule) {
  forEachPanel(builder, numPieces(stage.outputs, schedule.cols), schedule, nullptr,
               [&](Index panel) { runDensePanel(builder, stage, panel, tokens, schedule); });
}

Activations kernels::runInnerStage(Builder &builder, const Activations &x, const Buffer &v,
                                   int64_t inputs, int64_t rank, ElementType mid, Products &second,
                                   Tokens tokens, const Schedule &schedule) {
  Products first(builder, x.source.buffer.type, v.type, schedule);
  Activations inner = second.makeInner(first, mid, tokens, rank);
  auto keep = [&](Tile acc, const TokenTile &tile, Index col, int64_t cols) {
    builder.store(roundInner(builder, acc, mid, inner.source.buffer.type),
                  at(inner.source.buffer, {tile.row - tokens.begin, col}), cols);
  };
  runDenseStage(builder, {x, at(v, {0, 0, 0}), inputs, rank, keep}, tokens, schedule);
  return inner;
}

void kernels::forEachBlock(Builder &builder, Index m, const Schedule &schedule,
                           llvm::function_ref<void(Tokens)> body) {
  if (schedule.block == 0)
    return body({0, m});
  auto run = [&](Index number) {
    Index begin = number * schedule.block;
    body({begin, min(schedule.block, m - begin)});
  };
  if (schedule.split == Split::Tokens)
    builder.parallel(ceilDiv(m, schedule.block), run);
  else
    builder.forEach(0, ceilDiv(m, schedule.block), run);
}

void kernels::buildDense(Builder &builder, const DenseKernel &kernel, const Schedule &schedule) {
  Products products(builder, kernel.x.type, kernel.w.type, schedule);
  auto finish = [&](Tile acc, const TokenTile &tile, Index col, int64_t cols) {
    builder.finish(acc, tile.row, col, tile.valid, cols);
  };
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs);
    runDenseStage(builder, {x, at(kernel.w, {0, 0, 0}), kernel.inputs, kernel.outputs, finish},
                  tokens, schedule);
  });
}
