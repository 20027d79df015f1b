//===- Sparse.cpp - the kernel of unstructured and n:m sparsity -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values are expanded on the way to the registers: memory holds and delivers a bit
// per element and the elements that are not zero.
//
//===----------------------------------------------------------------------===//

#include "DenseStage.h"
#include "SparsePanel.h"

using namespace structlin;
using namespace structlin::kernels;

Tile kernels::addSparsePanel(Builder &builder, Products &products, const SparseKernel &kernel,
                             Tile acc, const At &a, Index panel) {
  const ProductForm &form = products.getForm();
  int64_t steps = kernel.inputs / form.depth, rest = kernel.inputs % form.depth;
  auto step = [&](Index number, Tile acc, Index position, int64_t depth) {
    At mask = at(kernel.masks, {panel, number, 0});
    Tile b = builder.expand(mask, at(kernel.values, {position}), acc.cols, form);
    Tile sum = builder.mma(acc, moved(a, -1, number * form.depth), b, depth, form);
    return Carried{{sum}, {position + builder.countValues(mask, acc.cols, form)}};
  };
  Carried carried{{acc}, {builder.index(at(kernel.starts, {panel}))}};
  carried = builder.loop(0, steps, carried, [&](Index number, const Carried &before) {
    return step(number, before.tiles[0], before.indices[0], form.depth);
  });
  if (rest != 0)
    carried = step(steps, carried.tiles[0], carried.indices[0], rest);
  return carried.tiles[0];
}

void kernels::buildSparse(Builder &builder, const SparseKernel &kernel, const Schedule &schedule) {
  Products products(builder, kernel.x.type, kernel.values.type, schedule);
  int64_t panels = numPieces(kernel.outputs, schedule.cols);
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs);
    forEachPanel(builder, panels, schedule, &kernel.starts, [&](Index panel) {
      products.forEachTile(tokens, x, [&](const TokenTile &tile, const At &a) {
        Tile acc = addSparsePanel(builder, products, kernel, products.zero(tile.rows), a, panel);
        withPieceLength(builder, panel, panels, kernel.outputs, schedule.cols, [&](int64_t cols) {
          builder.finish(acc, tile.row, panel * schedule.cols, tile.valid, cols);
        });
      });
    });
  });
}
