//===- Parts.h - what several kernels are made of -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles of tokens, panels of outputs, and the reduction inside one register tile.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_KERNELS_PARTS_H
#define STRUCTLIN_LIB_KERNELS_PARTS_H

#include "structlin/Kernels/Builder.h"
#include "structlin/Kernels/PanelLayout.h"
#include "structlin/Kernels/Schedule.h"

namespace structlin::kernels {

/// A run of tokens: begin and number.
struct Tokens {
  Index begin, size;
};

/// Tile number `number` of `count` tiles of tokens: `rows` rows of registers, of which
/// the first `valid` hold tokens.
struct TokenTile {
  Index row;
  int64_t rows;
  Index valid;
  Index number, count;
};

/// Cuts `tokens` into tiles of at most `rows` tokens, as equal as possible: a small
/// last tile would cost almost as much as a full one. Every row is valid.
void forEachTokenTile(Builder &builder, Tokens tokens, int64_t rows,
                      llvm::function_ref<void(const TokenTile &)> body);

/// The A of products, row-major.
struct Activations {
  /// The row of the first token.
  At source;
  /// Whether there is memory behind the last row for a whole tile.
  bool padded = false;
  /// A copy of the rows of the last tile, if it is not full and has no such memory.
  std::optional<At> tail;

  /// The same rows from column `distance` on.
  Activations fromColumn(Index distance) const;
};

/// `total` elements are cut into `count` pieces of `size`, of which the last ones may
/// be shorter or empty. Calls body with the length of piece `number` unless it is empty.
void withPieceLength(Builder &builder, Index number, int64_t count, int64_t total, int64_t size,
                     llvm::function_ref<void(int64_t)> body);

/// A reduction over `size` elements: A is read from `a` on along its last dimension,
/// B from step `b` on along its last but one.
struct Reduction {
  At a, b;
  int64_t size;
};

/// Products of an A and a B of two types under one schedule.
class Products {
public:
  Products(Builder &builder, ElementType a, ElementType b, const Schedule &schedule)
      : builder(builder), form(builder.getTarget().getProductForm(a, b)),
        layout(PanelLayout::get(form, schedule.cols)), schedule(schedule),
        widens(form.group == 1 && !form.usesTiles() && a != form.accumulator) {}

  const ProductForm &getForm() const { return form; }
  const PanelLayout &getLayout() const { return layout; }
  Index numTiles(Tokens tokens) const { return ceilDiv(tokens.size, schedule.rows); }
  Tile zero(int64_t rows) { return builder.zero(rows, schedule.cols, form); }

  /// The rows of x from `source` on, `cols` wide. Vector registers multiply accumulators
  /// alone: what is narrower is widened here, once, and not by each panel again. Rows that
  /// would drive each other out of the innermost cache are copied apart, too. Matrix
  /// registers always load whole tiles, so that one shape serves a function: the rows of
  /// the last one are copied where nothing lies behind them.
  /// Where `fixed`, rows of matrix registers are copied to a distance that is known: it
  /// takes a register less, and a pointer for each row of them.
  Activations prepare(Tokens tokens, const At &source, int64_t cols, bool fixed = false);
  /// `size` rounded up to whole tiles where these are always loaded whole.
  Index wholeTiles(Index size) const;
  /// The type that A is kept in where a kernel makes it: `type`, or what it is widened to.
  ElementType innerType(ElementType type) const { return widens ? form.accumulator : type; }
  /// Memory for an inner result of `tokens` that `writer` computes, to be A of these products.
  Activations makeInner(const Products &writer, ElementType type, Tokens tokens, int64_t cols);

  /// Calls body for tiles of the tokens, with the place of the tile's first row.
  void forEachTile(Tokens tokens, const Activations &activations,
                   llvm::function_ref<void(const TokenTile &, const At &)> body);

  /// acc += A B over the whole reduction. `tile` says which share of the following
  /// panel is to be prefetched.
  Tile reduce(Tile acc, const Reduction &reduction, const TokenTile &tile);

private:
  struct NextPanel;

  Tile step(Tile acc, const Reduction &reduction, Index number, int64_t depth);
  NextPanel shareNextPanel(const Reduction &reduction, const TokenTile &tile);
  /// Fetches what the schedule wants fetched in step `number`; `next` may be null.
  void prefetch(const Reduction &reduction, Index number, const NextPanel *next);

  Builder &builder;
  ProductForm form;
  PanelLayout layout;
  Schedule schedule;
  /// Whether A is narrower than the accumulators that it is multiplied with.
  bool widens;
};

/// `tile` as elements of `type` that lie in memory of type `memory`, maybe a wider one.
Tile roundInner(Builder &builder, Tile tile, ElementType type, ElementType memory);

} // namespace structlin::kernels

#endif // STRUCTLIN_LIB_KERNELS_PARTS_H
