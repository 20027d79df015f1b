//===- Kernels.h - the algorithms -----------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per family. x is m x n_in and row-major; what a factor is packed to
// is said with it; a kernel ends each product with Builder::finish, where the
// group's elementwise operations take over. Nothing outside x is read, nothing
// outside the results is written, for every m >= 0, n_in and n_out.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_KERNELS_KERNELS_H
#define STRUCTLIN_KERNELS_KERNELS_H

#include "structlin/Kernels/Builder.h"
#include "structlin/Kernels/Schedule.h"

namespace structlin::kernels {

/// W packed by PanelLayout with panels of `schedule.cols` rows of W.
struct DenseKernel {
  Index m;
  int64_t inputs, outputs;
  Buffer x, w;
};
void buildDense(Builder &builder, const DenseKernel &kernel, const Schedule &schedule);

/// W = U V. V (r x n_in) and U (n_out x r) are packed as W is above. X V^T is rounded
/// to `mid` once.
struct LowRankKernel {
  Index m;
  int64_t inputs, outputs, rank;
  Buffer x, u, v;
  ElementType mid;
};
void buildLowRank(Builder &builder, const LowRankKernel &kernel, const Schedule &schedule);

/// Block (i, j) of W is U_i diag(s_ij) V_j (papers: Lee et al. 2024, section 2). U_i (p x r)
/// and V_j (r x q) are packed as W above, one after the other; s is stored (b2, b1, r
/// rounded up to whole panels), zero beyond r. Inner results are rounded to `mid`.
struct BlastKernel {
  Index m;
  int64_t inputs, outputs, b1, b2, rank;
  Buffer x, u, s, v;
  ElementType mid;
};
void buildBlast(Builder &builder, const BlastKernel &kernel, const Schedule &schedule);

/// Blocks of height x width; those of block row i are offsets[i] .. offsets[i + 1] - 1,
/// each packed as W above, and indices[e] is the block column of block e.
struct BlockSparseKernel {
  Index m;
  int64_t inputs, outputs, height, width;
  Buffer x, values, indices, offsets;
  /// Blocks in a row, on average: what the cost is computed from.
  double blocksPerRow;
};
void buildBlockSparse(Builder &builder, const BlockSparseKernel &kernel, const Schedule &schedule);

/// W packed as above, without its zeros: a bit per element in `masks`, the other
/// elements in `values`; panel i's begin at starts[i].
struct SparseKernel {
  Index m;
  int64_t inputs, outputs;
  Buffer x, masks, values, starts;
};
void buildSparse(Builder &builder, const SparseKernel &kernel, const Schedule &schedule);

/// W = S + U V, both into one accumulator.
struct LowRankSparseKernel {
  SparseKernel sparse;
  int64_t rank;
  Buffer u, v;
  ElementType mid;
};
void buildLowRankSparse(Builder &builder, const LowRankSparseKernel &kernel,
                        const Schedule &schedule);

} // namespace structlin::kernels

#endif // STRUCTLIN_KERNELS_KERNELS_H
