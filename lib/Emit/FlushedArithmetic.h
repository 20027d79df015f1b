//===- FlushedArithmetic.h - f32 without subnormals -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arithmetic of x86's bf16 products on vectors: to nearest even, subnormal
// operands are zeros, and so is a result that is below the normal range once it is
// rounded to 24 bits. Zeros keep their signs.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_EMIT_FLUSHEDARITHMETIC_H
#define STRUCTLIN_LIB_EMIT_FLUSHEDARITHMETIC_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::structlin {

/// The even or the odd elements of a vector of bf16, as f32; subnormals become zeros.
Value widenFlushed(ImplicitLocOpBuilder &builder, Value pairs, bool odd);

/// `value`, of f32, rounded to bf16: VCVTNEPS2BF16.
Value roundToBF16Flushed(ImplicitLocOpBuilder &builder, Value value);

/// a b + c, rounded once. `a` and `b` are what `widenFlushed` gives.
Value multiplyAddFlushed(ImplicitLocOpBuilder &builder, Value a, Value b, Value c);

/// a + b.
Value addFlushed(ImplicitLocOpBuilder &builder, Value a, Value b);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_EMIT_FLUSHEDARITHMETIC_H
