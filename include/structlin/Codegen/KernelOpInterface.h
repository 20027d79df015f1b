//===- KernelOpInterface.h - structured products that have a kernel ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the interface, what it says about factors, and where the families'
// models are registered.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_KERNELOPINTERFACE_H
#define STRUCTLIN_CODEGEN_KERNELOPINTERFACE_H

#include "mlir/IR/DialectRegistry.h"
#include "structlin/IR/StructuredMatmul.h"
#include "structlin/Kernels/Builder.h"
#include "structlin/Kernels/Schedule.h"

namespace mlir::structlin {

/// The next `numFactors` factors go to the kernel in `layout`, or as they are where
/// there is none.
struct FactorPacking {
  unsigned numFactors = 1;
  LayoutAttrInterface layout = {};
};

/// Attaches the kernels of all families to their operations.
void registerKernelModels(DialectRegistry &registry);

} // namespace mlir::structlin

#include "structlin/Codegen/KernelOpInterface.h.inc"

namespace mlir::structlin {

/// The types of what the kernel of `op` takes behind x: its factors after `packings`.
SmallVector<RankedTensorType> getPackedFactorTypes(StructuredMatmulOpInterface op,
                                                   ArrayRef<FactorPacking> packings);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_KERNELOPINTERFACE_H
