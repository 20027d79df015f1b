//===- KernelBody.h - what may be part of a kernel ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_IR_KERNELBODY_H
#define STRUCTLIN_LIB_IR_KERNELBODY_H

#include "mlir/IR/Operation.h"

namespace mlir::structlin {

/// Whether the operations in `body`, of the kernel `op`, can be compiled as one piece of
/// code.
LogicalResult verifyKernelBody(Operation *op, Region &body, bool onTensors);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_IR_KERNELBODY_H
