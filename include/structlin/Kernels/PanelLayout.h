//===- PanelLayout.h - the order of a packed matrix -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A factor B (n x k: a row per output, as weights are stored) is packed into
// panels of `panel` outputs, so that a kernel reads it front to back:
//
//     [n / panel][k / depth][panel / columns][depth / group][columns][group]
//
// Sizes that do not divide are filled with zeros. One formula covers vector units
// (depth = group, columns = panel) and matrix units (columns = 16, depth = 32 bf16).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_PANELLAYOUT_H
#define STRUCTLIN_KERNELS_PANELLAYOUT_H

#include "structlin/Kernels/Target.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace structlin::kernels {

/// The number of pieces of `size` that cover `total`.
inline int64_t numPieces(int64_t total, int64_t size) { return (total + size - 1) / size; }

struct PanelLayout {
  int64_t panel = 0;
  int64_t depth = 1;
  int64_t columns = 0;
  int64_t group = 1;

  /// The layout that products of form `form` read, in panels of `panel` outputs.
  static PanelLayout get(const ProductForm &form, int64_t panel);

  int64_t numPanels(int64_t n) const { return numPieces(n, panel); }
  int64_t numSteps(int64_t k) const { return numPieces(k, depth); }
  /// Elements that one panel takes in one step of the reduction.
  int64_t stepSize() const { return panel * depth; }
  /// The packed shape, in three dimensions: panels, steps, elements of a step.
  llvm::SmallVector<int64_t, 3> packedShape(int64_t n, int64_t k) const {
    return {numPanels(n), numSteps(k), stepSize()};
  }
  /// Where element (row, t) of a panel's step lies in that step; row < panel, t < depth.
  int64_t offsetInStep(int64_t row, int64_t t) const {
    int64_t within = (t / group * columns + row % columns) * group + t % group;
    return row / columns * columns * depth + within;
  }
};

/// Calls body(i, row, t) for each element (row, t) of an n x k matrix, i being its
/// place in the packed one; other places hold zeros.
void forEachPacked(const PanelLayout &layout, int64_t n, int64_t k,
                   llvm::function_ref<void(int64_t, int64_t, int64_t)> body);

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_PANELLAYOUT_H
