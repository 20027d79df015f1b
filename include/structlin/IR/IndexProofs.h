//===- IndexProofs.h - what is known of sizes and offsets -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Questions about index values that legality of tiling rests on. "Provably"
// means that a `false` answer says nothing.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_INDEXPROOFS_H
#define STRUCTLIN_IR_INDEXPROOFS_H

#include "mlir/IR/OpDefinition.h"

namespace mlir::structlin {

/// Whether `a == b` wherever both are defined.
bool isProvablyEqual(OpFoldResult a, OpFoldResult b);

/// Whether `a <= b` wherever both are defined.
bool isProvablyAtMost(OpFoldResult a, OpFoldResult b);

/// Whether `value` is a multiple of `divisor`: looks through affine.apply,
/// affine.min and the induction variables of loops.
bool isProvablyMultipleOf(OpFoldResult value, int64_t divisor);

/// Whether the range that starts at `offset`, itself a multiple of `divisor`,
/// has a size that is a multiple of `divisor` too or ends at `end`.
bool isProvablyWholeOrEndsAt(OpFoldResult offset, OpFoldResult size, int64_t divisor,
                             OpFoldResult end);

} // namespace mlir::structlin

#endif // STRUCTLIN_IR_INDEXPROOFS_H
