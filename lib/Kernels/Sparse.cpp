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

namespace {
/// One panel, front to back.
struct Panel {
  Builder &builder;
  Products &products;
  const SparseKernel &kernel;
  Index number;

  const ProductForm &form = products.getForm();
  int64_t cols = products.getLayout().panel;
  int64_t steps = products.getLayout().numSteps(kernel.inputs);

  Index start() const { return builder.index(at(kernel.starts, {number})); }
  At mask(Index step) const { return at(kernel.masks, {number, step, 0}); }
  At values(Index position) const { return at(kernel.values, {position}); }
  Index behind(Index step, Index position) const {
    return position + builder.countValues(mask(step), cols, form);
  }
  /// Elements of the reduction in step `step` of all.
  int64_t depth(int64_t step) const {
    return std::min(form.depth, kernel.inputs - step * form.depth);
  }
  /// `steps` expanded steps.
  Buffer makeScratch(int64_t steps) const {
    return builder.scratch(kernel.values.type, {1, steps, products.getLayout().stepSize()},
                           Scope::Thread);
  }
  void expand(const Buffer &to, Index slot, Index step, Index position) const {
    builder.expand(at(to, {0, slot, 0}), mask(step), values(position), cols, form);
  }
};
} // namespace

/// acc += A B, each step of B expanded into vector registers.
static Tile reduceInRegisters(const Panel &panel, Tile acc, const At &a) {
  auto step = [&](Index number, Tile acc, Index position, int64_t depth) {
    Tile b = panel.builder.expand(panel.mask(number), panel.values(position), acc.cols, panel.form);
    At left = moved(a, -1, number * panel.form.depth);
    return Carried{{panel.builder.mma(acc, left, b, depth, panel.form)},
                   {panel.behind(number, position)}};
  };
  bool ragged = panel.depth(panel.steps - 1) != panel.form.depth;
  Carried carried{{acc}, {panel.start()}};
  carried = panel.builder.loop(
      0, panel.steps - ragged, carried, [&](Index number, const Carried &before) {
        return step(number, before.tiles[0], before.indices[0], panel.form.depth);
      });
  if (ragged)
    carried =
        step(panel.steps - 1, carried.tiles[0], carried.indices[0], panel.depth(panel.steps - 1));
  return carried.tiles[0];
}

/// acc += A B, each step of B expanded into a ring in memory, two steps before a matrix
/// register takes it: so long takes a store to reach the cache.
static Tile reduceThroughRing(const Panel &panel, Tile acc, const At &a) {
  constexpr int64_t slots = 4;
  Buffer ring = panel.makeScratch(slots);
  int64_t ahead = std::min<int64_t>(2, panel.steps);
  auto product = [&](Index number, Tile acc, int64_t depth) {
    return panel.builder.mma(acc, moved(a, -1, number * panel.form.depth),
                             at(ring, {0, number % slots, 0}), depth, panel.form);
  };
  Carried carried{{acc}, {panel.start()}};
  for (int64_t step = 0; step < ahead; ++step) {
    panel.expand(ring, step, step, carried.indices[0]);
    carried.indices[0] = panel.behind(step, carried.indices[0]);
  }
  carried =
      panel.builder.loop(0, panel.steps - ahead, carried, [&](Index number, const Carried &before) {
        Index next = number + ahead, position = before.indices[0];
        Index behind = panel.behind(next, position);
        panel.expand(ring, next % slots, next, position);
        return Carried{{product(number, before.tiles[0], panel.form.depth)}, {behind}};
      });
  for (int64_t step = panel.steps - ahead; step < panel.steps; ++step)
    carried.tiles[0] = product(step, carried.tiles[0], panel.depth(step));
  return carried.tiles[0];
}

/// The whole panel in memory.
static Buffer expandPanel(const Panel &panel) {
  Buffer dense = panel.makeScratch(panel.steps);
  panel.builder.loop(0, panel.steps, {{}, {panel.start()}}, [&](Index step, const Carried &before) {
    Index behind = panel.behind(step, before.indices[0]);
    panel.expand(dense, step, step, before.indices[0]);
    return Carried{{}, {behind}};
  });
  return dense;
}

void kernels::forEachSparseTile(Builder &builder, Products &products, const SparseKernel &kernel,
                                Index number, Tokens tokens, const Activations &x,
                                llvm::function_ref<void(Tile, const TokenTile &)> body) {
  Panel panel{builder, products, kernel, number};
  // One tile of tokens takes values as they come; for more, they are expanded once.
  builder.dispatch(min(max(products.numTiles(tokens), 1), 2), 1, 2, [&](int64_t tiles) {
    std::optional<Buffer> dense;
    if (tiles == 2)
      dense = expandPanel(panel);
    products.forEachTile(tokens, x, [&](const TokenTile &tile, const At &a) {
      Tile acc = products.zero(tile.rows);
      if (dense)
        acc = products.reduce(acc, {a, at(*dense, {0, 0, 0}), kernel.inputs}, tile);
      else if (panel.form.usesTiles())
        acc = reduceThroughRing(panel, acc, a);
      else
        acc = reduceInRegisters(panel, acc, a);
      body(acc, tile);
    });
  });
}

void kernels::buildSparse(Builder &builder, const SparseKernel &kernel, const Schedule &schedule) {
  Products products(builder, kernel.x.type, kernel.values.type, schedule);
  int64_t panels = numPieces(kernel.outputs, schedule.cols);
  forEachBlock(builder, kernel.m, schedule, [&](Tokens tokens) {
    Activations x = products.prepare(tokens, at(kernel.x, {tokens.begin, 0}), kernel.inputs,
                                     /*fixed=*/true);
    forEachPanel(builder, panels, schedule, &kernel.starts, [&](Index panel) {
      auto finish = [&](Tile acc, const TokenTile &tile) {
        withPieceLength(builder, panel, panels, kernel.outputs, schedule.cols, [&](int64_t cols) {
          builder.finish(acc, tile.row, panel * schedule.cols, tile.valid, cols);
        });
      };
      forEachSparseTile(builder, products, kernel, panel, tokens, x, finish);
    });
  });
}
