//===- Pack.h - factors in the order of kernels ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packed layouts on arrays (docs/Spec.md, LAY). Packing hands out its result front to
// back in pieces, so that a factor of any size takes the memory of a few panels.
// Elements are moved, never converted: any type packs.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_PACK_PACK_H
#define STRUCTLIN_PACK_PACK_H

#include "structlin/Archive/HostTensor.h"
#include "structlin/Kernels/PanelLayout.h"

namespace structlin {

/// Takes `bytes`, which lie at byte `offset` of packed tensor number `tensor`. The
/// pieces of a tensor come in order and cover it.
using PackSink =
    llvm::function_ref<llvm::Error(unsigned tensor, uint64_t offset, llvm::ArrayRef<char> bytes)>;

/// Element type and shape of a tensor.
struct TensorShape {
  ElementType type;
  llvm::SmallVector<int64_t, 4> shape;
};

/// Packs matrices (..., n, k) into panels.
llvm::Error packPanels(const kernels::PanelLayout &layout, const HostTensor &matrices,
                       PackSink sink);
HostTensor unpackPanels(const kernels::PanelLayout &layout, const HostTensor &packed,
                        llvm::ArrayRef<int64_t> shape);

/// Packs BLAST's s (b1, b2, r), a lane per rank, in panels of `panel` lanes.
llvm::Error packLanes(int64_t panel, const HostTensor &s, PackSink sink);
HostTensor unpackLanes(const HostTensor &packed, llvm::ArrayRef<int64_t> shape);

/// A sparse matrix with `inputs` columns; n:m if `group` is not 0.
struct BitmapLayout {
  kernels::PanelLayout panels;
  int64_t inputs = 0;
  int64_t group = 0;

  bool isNM() const { return group != 0; }
  /// The columns that masks cover.
  int64_t numColumns() const { return isNM() ? kernels::numPieces(inputs, group) * group : inputs; }
};

/// Packs values, indices and, unless the matrix is n:m, offsets into masks, values and
/// starts, positions of type `starts`. Errors: indices or offsets that break SP-R1 to
/// SP-R3.
llvm::Error packBitmap(const BitmapLayout &layout, llvm::ArrayRef<HostTensor> factors,
                       ElementType starts, PackSink sink);
/// The inverse; `factors` are the types and shapes of its results. Indices of entries
/// that belong to no row are 0.
std::vector<HostTensor> unpackBitmap(const BitmapLayout &layout, llvm::ArrayRef<HostTensor> packed,
                                     llvm::ArrayRef<TensorShape> factors);

} // namespace structlin

#endif // STRUCTLIN_PACK_PACK_H
