//===- ContractionForm.h - sums of products by their loops ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One description for every linalg operation that sums products of two tensors:
// named or generic, contraction or convolution.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IMPORT_CONTRACTIONFORM_H
#define STRUCTLIN_IMPORT_CONTRACTIONFORM_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include <array>
#include <string>

namespace mlir::structlin {

/// `y[..] += lhs[..] * rhs[..]` with each dimension of each operand indexed by one
/// loop. Loops of extent one are left out: they index `kUnit` dimensions, so that
/// unit batches, 1x1 windows and strides over a single pixel need no case of
/// their own.
struct ContractionForm {
  static constexpr int64_t kUnit = -1;

  linalg::LinalgOp op;
  /// The loop of each dimension of lhs, rhs and init.
  std::array<SmallVector<int64_t>, 3> loops;

  Value getOperand(unsigned side) const { return op->getOperand(side); }
  Value getInit() const { return op->getOperand(2); }
};

/// Whether structlin.linear computes in `type`: f64, f32, f16, bf16 and signless
/// integers of 8 to 64 bits.
bool isNumber(Type type);

/// Reads `op` as a contraction. Fails with an empty `why` where the operation sums
/// no products at all, and otherwise with the reason, as a clause without a
/// capital or a final period, for which the sum is not a plain contraction.
FailureOr<ContractionForm> matchContraction(linalg::LinalgOp op, std::string &why);

} // namespace mlir::structlin

#endif // STRUCTLIN_IMPORT_CONTRACTIONFORM_H
