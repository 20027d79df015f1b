//===- Rounding.h - results in the type of memory -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EMIT_ROUNDING_H
#define STRUCTLIN_EMIT_ROUNDING_H

#include "mlir/IR/Builders.h"
#include "structlin/Kernels/Target.h"

namespace mlir::structlin {

/// `value`, a number or a vector, converted to `element`: to nearest even, or the last
/// bits of an integer. To bf16 by integer operations where `target` has no instruction
/// for it: LLVM would call a function for each element.
Value convertElements(OpBuilder &builder, Location location,
                      const ::structlin::kernels::Target &target, Value value, Type element);

} // namespace mlir::structlin

#endif // STRUCTLIN_EMIT_ROUNDING_H
