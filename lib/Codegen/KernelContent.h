//===- KernelContent.h - what code can be emitted for ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_KERNELCONTENT_H
#define STRUCTLIN_LIB_CODEGEN_KERNELCONTENT_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// The product of the kernel with this body, if code can be emitted for it: the body
/// computes one result from one product of its arguments, by elementwise operations. On
/// failure `why` says, as a clause without a capital or a final period, what it holds
/// instead.
FailureOr<StructuredMatmulOpInterface> getEmittableProduct(Block &body, std::string &why);

/// What the kernel of `product` takes, in order: x, and its factors, of which those that
/// are unpacked together are packed.
SmallVector<Value> getKernelOperands(StructuredMatmulOpInterface product);

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_KERNELCONTENT_H
