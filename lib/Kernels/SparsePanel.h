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

/// acc += A W^T for the outputs of panel `panel`.
Tile addSparsePanel(Builder &builder, Products &products, const SparseKernel &kernel, Tile acc,
                    const At &a, Index panel);

} // namespace structlin::kernels

#endif // STRUCTLIN_LIB_KERNELS_SPARSEPANEL_H
