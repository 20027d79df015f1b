//===- DenseStage.h - a product with a dense factor inside a kernel -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_KERNELS_DENSESTAGE_H
#define STRUCTLIN_LIB_KERNELS_DENSESTAGE_H

#include "Parts.h"

namespace structlin::kernels {

/// A B^T, with A (tokens x inputs) and B (outputs x inputs) packed from panel 0 at `b`.
struct DenseStage {
  Activations a;
  At b;
  int64_t inputs, outputs;
  /// Takes the first `cols` columns of a finished tile; its first column is `col`.
  llvm::function_ref<void(Tile acc, const TokenTile &tile, Index col, int64_t cols)> sink;
};

/// Runs body for `count` panels (or block rows), in parallel if the schedule splits
/// outputs; see Builder::parallel for `weights`.
void forEachPanel(Builder &builder, Index count, const Schedule &schedule, const Buffer *weights,
                  llvm::function_ref<void(Index)> body);

/// All panels for `tokens`: in parallel if the schedule splits outputs.
void runDenseStage(Builder &builder, const DenseStage &stage, Tokens tokens,
                   const Schedule &schedule);
/// X V^T, rounded to `mid` once, to be A of `second`; V (rank x inputs) is packed.
Activations runInnerStage(Builder &builder, const Activations &x, const Buffer &v, int64_t inputs,
                          int64_t rank, ElementType mid, Products &second, Tokens tokens,
                          const Schedule &schedule);
/// One panel.
void runDensePanel(Builder &builder, const DenseStage &stage, Index panel, Tokens tokens,
                   const Schedule &schedule);

/// Blocks of `schedule.block` tokens: in parallel if the schedule splits tokens, else
/// one after the other, each with the whole team.
void forEachBlock(Builder &builder, Index m, const Schedule &schedule,
                  llvm::function_ref<void(Tokens)> body);

} // namespace structlin::kernels

#endif // STRUCTLIN_LIB_KERNELS_DENSESTAGE_H
