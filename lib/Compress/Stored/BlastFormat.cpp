//===- BlastFormat.cpp - BLAST checkpoints -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// B (b1, p, r), C (b2, r, q) and D, as models store it (b1, b2, r) or as the
// factorizer of the reference implementation leaves it (r, b1, b2).
//
//===----------------------------------------------------------------------===//

#include "StoredFormats.h"
#include "mlir/IR/Diagnostics.h"
#include "structlin/Archive/Convert.h"
#include "structlin/Compress/HostEval.h"

using namespace mlir;
using namespace mlir::structlin;

/// D as (b1, b2, r).
static FailureOr<HostTensor> orderD(const StoredTensors &tensors, const HostTensor &d, int64_t b1,
                                    int64_t b2, int64_t rank) {
  // STO-R7
  SmallVector<int64_t, 3> last{b1, b2, rank}, first{rank, b1, b2};
  bool isLast = d.shape() == ArrayRef<int64_t>(last),
       isFirst = d.shape() == ArrayRef<int64_t>(first);
  switch (tensors.getAttr().getLayout()) {
  case BlastLayout::rank_last:
    isFirst = false;
    break;
  case BlastLayout::rank_first:
    isLast = false;
    break;
  case BlastLayout::detect:
    if (isLast && isFirst)
      return tensors.emitError("D")
             << "expected the layout to be given, since the shape [" << d.shape()
             << "] may be (b1, b2, r), which is rank_last, or "
                "(r, b1, b2), which is rank_first";
    break;
  }
  if (!isLast && !isFirst) {
    bool wantsFirst = tensors.getAttr().getLayout() == BlastLayout::rank_first;
    InFlightDiagnostic diagnostic = tensors.emitError("D");
    diagnostic << "expected the shape [" << (wantsFirst ? first : last) << "]";
    if (tensors.getAttr().getLayout() == BlastLayout::detect)
      diagnostic << " or [" << first << "]";
    return diagnostic << " of the blocks and the rank of B and C, got [" << d.shape() << "]";
  }
  return isLast ? d : gatherStrided(d, last, {b2, 1, b1 * b2});
}

/// Checks that `blocks` blocks of `size` cover `total`, each of the least size
/// possible.
static LogicalResult checkBlocks(const StoredTensors &tensors, StringRef role, StringRef side,
                                 int64_t blocks, int64_t size, int64_t total) {
  if (blocks >= 1 && size == int64_t(llvm::divideCeil(total, blocks)))
    return success();
  return tensors.emitError(role) << "expected " << blocks << " blocks of "
                                 << (blocks >= 1 ? llvm::divideCeil(total, blocks) : total)
                                 << " to cover " << total << " " << side << ", got blocks of "
                                 << size;
}

/// Checks that what lies beyond `total` along dimension `dim` of the blocked factor
/// is zero: dimension 0 counts blocks.
static LogicalResult checkPadding(const StoredTensors &tensors, StringRef role,
                                  const HostTensor &factor, unsigned dim, int64_t total) {
  ArrayRef<int64_t> shape = factor.shape();
  if (shape[0] * shape[dim] == total)
    return success();
  std::vector<double> row(shape[2]);
  size_t rowBytes = shape[2] * ::structlin::byteSize(factor.type());
  for (int64_t block = 0; block < shape[0]; ++block)
    for (int64_t i = 0; i < shape[1]; ++i) {
      ::structlin::convertToDouble(
          factor.bytes().slice((block * shape[1] + i) * rowBytes, rowBytes), factor.type(), row);
      for (int64_t j = 0; j < shape[2]; ++j)
        if (row[j] != 0 && block * shape[dim] + (dim == 1 ? i : j) >= total)
          return tensors.emitError(role)
                 << "expected zeros beyond the weight, got another number at [" << block << ", "
                 << i << ", " << j << "]";
    }
  return success();
}

FailureOr<LoadedWeight> mlir::structlin::loadBlast(const StoredTensors &tensors) {
  FailureOr<HostTensor> b = tensors.readFactor("B", 3);
  FailureOr<HostTensor> c = tensors.readFactor("C", 3);
  FailureOr<HostTensor> d = tensors.readFactor("D", 3);
  if (failed(b) || failed(c) || failed(d))
    return failure();
  int64_t b1 = b->dim(0), b2 = c->dim(0), rank = b->dim(2);
  // STO-R6
  if (DenseI64ArrayAttr blocks = tensors.getAttr().getBlocks();
      blocks && blocks.asArrayRef() != ArrayRef<int64_t>({b1, b2}))
    return tensors.emitError() << "expected [" << blocks.asArrayRef() << "] blocks, got B with "
                               << b1 << " and C with " << b2;
  if (failed(checkBlocks(tensors, "B", "outputs", b1, b->dim(1), tensors.getNumOutputs())) ||
      failed(checkBlocks(tensors, "C", "inputs", b2, c->dim(2), tensors.getNumInputs())))
    return failure();
  // STO-R3
  if (rank < 1)
    return tensors.emitError("B") << "expected a rank of at least 1, got 0";
  if (c->dim(1) != rank)
    return tensors.emitError("C") << "expected the rank " << rank << " of B, got " << c->dim(1);
  if (failed(checkPadding(tensors, "B", *b, 1, tensors.getNumOutputs())) ||
      failed(checkPadding(tensors, "C", *c, 2, tensors.getNumInputs())))
    return failure();
  FailureOr<HostTensor> s = orderD(tensors, *d, b1, b2, rank);
  if (failed(s))
    return failure();
  auto structure = BlastAttr::get(tensors.getContext(), {b1, b2}, rank, Real());
  return finishLoading(tensors, structure, {{"U", *b}, {"s", *s}, {"V", *c}});
}
