//===- LowRank.cpp - the low-rank kernel ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "structlin/Kernels/Kernels.h"

using namespace structlin;
using namespace structlin::kernels;

void kernels::buildLowRank(Builder &builder, const LowRankKernel &kernel,
                           const Schedule &schedule) {
  Products first(builder, kernel.x.type, kernel.v.type, schedule);
  Products second(builder, kernel.mid, kernel.u.type, schedule);
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = first.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs);
    Activations inner = runInnerStage(builder, x, kernel.v, kernel.inputs, kernel.rank, kernel.mid,
                                      second, tokens, schedule);
    auto finish = [&](Tile acc, const TokenTile &tile, Index col, int64_t cols) {
      builder.finish(acc, tile.row, col, tile.valid, cols);
    };
    runDenseStage(builder, {inner, at(kernel.u, {0, 0, 0}), kernel.rank, kernel.outputs, finish},
                  tokens, schedule);
  });
}
