//===- GeneralizeKernel.h - kernels for all sizes of one kind -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_GENERALIZEKERNEL_H
#define STRUCTLIN_LIB_CODEGEN_GENERALIZEKERNEL_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Builds a function, without a name of its own, that computes what `kernel` computes,
/// with its product `product`, for any number of tokens and, where the structure leaves
/// that to its pattern, of stored entries. What only names or measures is left out.
KernelFuncOp generalizeKernel(OpBuilder &builder, KernelOp kernel,
                              StructuredMatmulOpInterface product);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_GENERALIZEKERNEL_H
