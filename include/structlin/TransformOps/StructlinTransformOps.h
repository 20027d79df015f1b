//===- StructlinTransformOps.h - operations of transform scripts ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The extension of upstream's transform dialect that StructlinTransformOps.td
// describes.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_H
#define STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "structlin/IR/StructlinAttrs.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

#define GET_OP_CLASSES
#include "structlin/TransformOps/StructlinTransformOps.h.inc"

namespace mlir::structlin {

/// Adds `transform.structlin.*` to the transform dialect, where that gets loaded.
void registerTransformDialectExtension(DialectRegistry &registry);

} // namespace mlir::structlin

#endif // STRUCTLIN_TRANSFORMOPS_STRUCTLINTRANSFORMOPS_H
