//===- KernelBody.h - what is in a kernel, and what it does to memory -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_IR_KERNELBODY_H
#define STRUCTLIN_LIB_IR_KERNELBODY_H

#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::structlin {

/// Whether the operations in `body`, of the kernel `op`, can be compiled as one piece of
/// code.
LogicalResult verifyKernelBody(Operation *op, Region &body, bool onTensors);

/// A kernel or a call of one reads all its buffers, and writes those of its inits.
void getKernelEffects(DestinationStyleOpInterface op,
                      SmallVectorImpl<MemoryEffects::EffectInstance> &effects);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_IR_KERNELBODY_H
