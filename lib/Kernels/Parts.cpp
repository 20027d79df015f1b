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

Activations Products::prepare(Tokens tokens, const At &source, int64_t cols) {
  Activations activations{source};
  bool shared = schedule.split == Split::Outputs;
  if (widens) {
    activations.source =
        at(builder.scratch(form.accumulator, {tokens.size, cols}, schedule.scope()), {0, 0});
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
  return {at(builder.scratch(innerType(type), {rows, cols}, schedule.scope()), {0, 0}),
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

void Products::prefetch(const Reduction &reduction, Index number, const TokenTile &tile) {
  int64_t bytes = byteSize(reduction.b.buffer.type), stepBytes = layout.stepSize() * bytes;
  constexpr int64_t line = 64;
  if (schedule.ahead != 0)
    for (int64_t offset = 0; offset < stepBytes; offset += line)
      builder.prefetch(moved(moved(reduction.b, -2, number), -1, (schedule.ahead + offset) / bytes),
                       CacheLevel::L1);
  if (!schedule.nextPanel)
    return;
  // The following panel lies behind this one. Tile t of n fetches lines [t, t + 1) / n
  // of it, spread evenly over its steps.
  int64_t steps = layout.numSteps(reduction.size), linesPerStep = (stepBytes + line - 1) / line;
  Index share = number * linesPerStep / max(tile.count, 1);
  Index first = tile.number * (steps * linesPerStep) / max(tile.count, 1);
  builder.prefetch(moved(moved(reduction.b, -2, steps), -1, (first + share) * (line / bytes)),
                   CacheLevel::L2);
}

Tile Products::reduce(Tile acc, const Reduction &reduction, const TokenTile &tile) {
  int64_t steps = reduction.size / form.depth, rest = reduction.size % form.depth;
  int64_t unroll = std::max<int64_t>(1, std::min(schedule.unroll, steps));
  Carried carried;
  carried.tiles.push_back(acc);
  for (int64_t i = 1; i < unroll; ++i)
    carried.tiles.push_back(builder.zero(acc.rows, acc.cols, form));
  carried = builder.loop(0, steps / unroll, carried, [&](Index round, const Carried &before) {
    Carried after;
    for (int64_t i = 0; i < unroll; ++i) {
      Index number = round * unroll + i;
      prefetch(reduction, number, tile);
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
