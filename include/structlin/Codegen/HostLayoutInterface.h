//===- HostLayoutInterface.h - layouts that pack at compile time ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the interface, and where the models of the layouts are registered.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_H
#define STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/DialectRegistry.h"
#include "structlin/Pack/Pack.h"

#include "structlin/Codegen/HostLayoutInterface.h.inc"

namespace mlir::structlin {

/// Attaches arrays' packing to the layouts of the dialect.
void registerHostLayoutModels(DialectRegistry &registry);

} // namespace mlir::structlin

#endif // STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_H
