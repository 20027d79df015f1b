//===- PanelLayout.cpp - the order of a packed matrix ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Kernels/PanelLayout.h"

using namespace structlin;
using namespace structlin::kernels;

PanelLayout PanelLayout::get(const ProductForm &form, int64_t panel) {
  return {panel, form.depth, form.columns == 0 ? panel : form.columns, form.group};
}

void kernels::forEachPacked(const PanelLayout &layout, int64_t n, int64_t k,
                            llvm::function_ref<void(int64_t, int64_t, int64_t)> body) {
  int64_t panelSize = layout.numSteps(k) * layout.stepSize();
  for (int64_t row = 0; row < n; ++row)
    for (int64_t t = 0; t < k; ++t)
      body(row / layout.panel * panelSize + t / layout.depth * layout.stepSize() +
               layout.offsetInStep(row % layout.panel, t % layout.depth),
           row, t);
}
