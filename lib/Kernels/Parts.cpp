//===- Parts.cpp - what several kernels are made of -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parts.h"

using namespace structlin;
using namespace structlin::kernels;

void kernels::forEachTokenTile(Builder &builder, Tokens tokens, int64_t rows,
                               llvm::function_ref<void(const TokenTile &)> body) {
  Index count = ceilDiv(tokens.size, rows);
  Index divisor = max(count, 1);
  // `larger` tiles of `base + 1` tokens, then tiles of `base` tokens.
  Index base = tokens.size / divisor, larger = tokens.size % divisor;
  builder.forEach(0, count, [&](Index number) {
    Index size = base + min(max(larger - number, 0), 1);
    Index row = tokens.begin + number * base + min(number, larger);
    builder.dispatch(size, 1, rows, [&](int64_t size) { body({row, size, size, number, count}); });
  });
}

void kernels::withPieceLength(Builder &builder, Index number, int64_t count, int64_t total,
                              int64_t size, llvm::function_ref<void(int64_t)> body) {
  int64_t whole = std::min(count, total / size), rest = total - whole * size;
  // 0: a whole piece; 1: what is left; 2: nothing.
  int64_t first = whole > 0 ? 0 : 1, last = count == whole ? 0 : count == whole + 1 ? 1 : 2;
  builder.dispatch(min(max(number - (whole - 1), first), last), first, last, [&](int64_t kind) {
    int64_t length = kind == 0 ? size : kind == 1 ? rest : 0;
    if (length != 0)
      body(length);
  });
}

Activations Activations::fromColumn(Index distance) const {
  Activations result = *this;
  result.source = moved(source, -1, distance);
  if (tail)
    result.tail = moved(*tail, -1, distance);
  return result;
}

/// Rows of `cols` elements with a distance that spreads them over the sets of a cache: at
/// powers of two, a few rows would take all the ways of one set.
static int64_t spreadRows(ElementType type, int64_t cols) {
  constexpr int64_t line = 64;
  return cols + line / byteSize(type);
}

/// Whether rows of a tile meet in one set of the innermost cache: of eight ways, B and the
/// result need some.
static bool rowsCollide(const Schedule &schedule, ElementType type, int64_t cols) {
  constexpr int64_t distance = 1024;
  return schedule.rows > 4 && cols * byteSize(type) % distance == 0;
}

Activations Products::prepare(Tokens tokens, const At &source, int64_t cols, bool fixed) {
  Activations activations{source};
  bool shared = schedule.split == Split::Outputs;
  ElementType type = widens ? form.accumulator : source.buffer.type;
  if (widens || rowsCollide(schedule, type, cols) || (fixed && form.usesTiles())) {
    Index rows = wholeTiles(tokens.size);
    activations.source =
        at(builder.scratch(type, {rows, spreadRows(type, cols)}, schedule.scope()), {0, 0});
    activations.padded = true;
    auto copy = [&](Index row) {
      builder.copyRows(moved(activations.source, 0, row), moved(source, -2, row), 1, cols);
    };
    if (shared)
      builder.parallel(tokens.size, copy);
    else
      builder.forEach(0, tokens.size, copy);
    return activations;
  }
  if (!form.usesTiles() || schedule.rows == 1)
    return activations;
  Index rest = tokens.size % schedule.rows;
  if (rest.isConstant() && rest.getConstant() == 0)
    return activations;
  activations.tail =
      at(builder.scratch(source.buffer.type, {schedule.rows, cols}, schedule.scope()), {0, 0});
  auto copy = [&](Index) {
    builder.copyRows(*activations.tail, moved(source, -2, tokens.size - rest), rest, cols);
  };
  if (shared)
    builder.parallel(1, copy);
  else
    copy(0);
  return activations;
}

Index Products::wholeTiles(Index size) const {
  return form.usesTiles() ? ceilDiv(size, schedule.rows) * schedule.rows : size;
}

Activations Products::makeInner(const Products &writer, ElementType type, Tokens tokens,
                                int64_t cols) {
  Index rows = wholeTiles(writer.wholeTiles(tokens.size));
  int64_t distance = spreadRows(innerType(type), cols);
  return {at(builder.scratch(innerType(type), {rows, distance}, schedule.scope()), {0, 0}),
          /*padded=*/true};
}

Tile kernels::roundInner(Builder &builder, Tile tile, ElementType type, ElementType memory) {
  return type == memory ? tile : builder.round(tile, type);
}

void Products::forEachTile(Tokens tokens, const Activations &activations,
                           llvm::function_ref<void(const TokenTile &, const At &)> body) {
  auto place = [&](const TokenTile &tile) {
    return moved(activations.source, -2, tile.row - tokens.begin);
  };
  if (!form.usesTiles())
    return forEachTokenTile(builder, tokens, schedule.rows,
                            [&](const TokenTile &tile) { body(tile, place(tile)); });
  int64_t rows = schedule.rows;
  Index count = ceilDiv(tokens.size, rows);
  auto makeTile = [&](Index number) {
    Index row = tokens.begin + number * rows;
    return TokenTile{row, rows, min(rows, tokens.size - number * rows), number, count};
  };
  Index full = activations.tail ? tokens.size / rows : count;
  builder.forEach(0, full, [&](Index number) {
    TokenTile tile = makeTile(number);
    if (!activations.padded)
      tile.valid = rows;
    body(tile, place(tile));
  });
  if (activations.tail)
    builder.forEach(full, count, [&](Index number) { body(makeTile(number), *activations.tail); });
}

Tile Products::step(Tile acc, const Reduction &reduction, Index number, int64_t depth) {
  return builder.mma(acc, moved(reduction.a, -1, number * form.depth),
                     moved(reduction.b, -2, number), depth, form);
}

/// Which lines of the following panel a tile of tokens fetches: of n tiles, tile t fetches
/// the share [t, t + 1) / n, spread evenly over its steps.
struct Products::NextPanel {
  /// Lines per step, in units of 1 / scale: a division per step would take longer than the
  /// step itself.
  static constexpr int64_t scale = 1 << 16;
  Index first, rate;
};

static constexpr int64_t kLine = 64;

Products::NextPanel Products::shareNextPanel(const Reduction &reduction, const TokenTile &tile) {
  int64_t bytes = layout.stepSize() * byteSize(reduction.b.buffer.type);
  int64_t lines = numPieces(layout.numSteps(reduction.size) * bytes, kLine);
  Index count = max(tile.count, 1);
  return {tile.number * lines / count, Index(numPieces(bytes, kLine) * NextPanel::scale) / count};
}

void Products::prefetch(const Reduction &reduction, Index number, const NextPanel *next) {
  int64_t size = byteSize(reduction.b.buffer.type), bytes = layout.stepSize() * size;
  if (schedule.ahead != 0)
    for (int64_t offset = 0; offset < bytes; offset += kLine)
      builder.prefetch(moved(moved(reduction.b, -2, number), -1, (schedule.ahead + offset) / size),
                       CacheLevel::L1);
  if (!next)
    return;
  // The following panel lies behind this one.
  Index line = next->first + number * next->rate / NextPanel::scale;
  builder.prefetch(
      moved(moved(reduction.b, -2, layout.numSteps(reduction.size)), -1, line * (kLine / size)),
      CacheLevel::L2);
}

Tile Products::reduce(Tile acc, const Reduction &reduction, const TokenTile &tile) {
  int64_t steps = reduction.size / form.depth, rest = reduction.size % form.depth;
  int64_t unroll = std::max<int64_t>(1, std::min(schedule.unroll, steps));
  Carried carried;
  carried.tiles.push_back(acc);
  for (int64_t i = 1; i < unroll; ++i)
    carried.tiles.push_back(builder.zero(acc.rows, acc.cols, form));
  std::optional<NextPanel> next;
  if (schedule.nextPanel)
    next = shareNextPanel(reduction, tile);
  carried = builder.loop(0, steps / unroll, carried, [&](Index round, const Carried &before) {
    Carried after;
    for (int64_t i = 0; i < unroll; ++i) {
      Index number = round * unroll + i;
      prefetch(reduction, number, next ? &*next : nullptr);
      after.tiles.push_back(step(before.tiles[i], reduction, number, form.depth));
    }
    return after;
  });
  acc = carried.tiles.front();
  for (int64_t i = 1; i < unroll; ++i)
    acc = builder.add(acc, carried.tiles[i]);
  for (int64_t number = steps / unroll * unroll; number < steps; ++number)
    acc = step(acc, reduction, number, form.depth);
  return rest == 0 ? acc : step(acc, reduction, steps, rest);
}
