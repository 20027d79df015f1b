//===- PartialVectors.h - vectors at the edges of matrices ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first elements of a vector, from and to memory that ends behind them. AVX-512
// has masks for that. Elsewhere masks are slow or missing, and LLVM converts elements
// of bf16 to f32 and back, by a call, to move them one by one: there a vector is moved
// in pieces whose sizes are powers of two.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_PARTIALVECTORS_H
#define STRUCTLIN_EMIT_PARTIALVECTORS_H

#include "mlir/IR/Builders.h"
#include "structlin/Kernels/Target.h"

namespace mlir::structlin {

/// The first `size` elements from `position` on, then zeros, in a vector of `lanes`.
Value loadFirst(OpBuilder &builder, Location location, const ::structlin::kernels::Target &target,
                Value memref, ValueRange position, int64_t size, int64_t lanes);

/// Writes the first `size` elements of `vector`, or all of them, converted to the type of
/// the memory.
void storeFirst(OpBuilder &builder, Location location, const ::structlin::kernels::Target &target,
                Value vector, Value memref, ValueRange position, int64_t size);

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_PARTIALVECTORS_H
