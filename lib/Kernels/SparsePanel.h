//===- SparsePanel.h - a panel whose zeros are not stored -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_KERNELS_SPARSEPANEL_H
#define STRUCTLIN_LIB_KERNELS_SPARSEPANEL_H

#include "Parts.h"
#include "structlin/Kernels/Kernels.h"

namespace structlin::kernels {

/// Calls body with A W^T for the outputs of panel `panel`, tile by tile of the tokens.
void forEachSparseTile(Builder &builder, Products &products, const SparseKernel &kernel,
                       Index panel, Tokens tokens, const Activations &x,
                       llvm::function_ref<void(Tile, const TokenTile &)> body);

} // namespace structlin::kernels

#endif // STRUCTLIN_LIB_KERNELS_SPARSEPANEL_H
