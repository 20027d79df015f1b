//===- Isolate.h - a group as a model of its own --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TUNE_ISOLATE_H
#define STRUCTLIN_TUNE_ISOLATE_H

#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// A module with one function that runs a copy of `kernel`. Parameters are the model's;
/// what else the group reads are arguments.
OwningOpRef<ModuleOp> isolate(KernelOp kernel);

/// The same for the product with a dense weight of `element`s, in place of a group's that
/// isolate() made.
OwningOpRef<ModuleOp> isolateDense(ModuleOp isolated, Type element);

/// The group of a module that isolate() made.
KernelOp getKernel(ModuleOp isolated);

/// The name of the dense weight.
inline constexpr llvm::StringLiteral kDenseWeightName = "dense";

} // namespace mlir::structlin

#endif // STRUCTLIN_TUNE_ISOLATE_H
