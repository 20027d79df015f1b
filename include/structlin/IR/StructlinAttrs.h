//===- StructlinAttrs.h - structure and fit attributes -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the attributes and the interface of structures.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTLINATTRS_H
#define STRUCTLIN_IR_STRUCTLINATTRS_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "structlin/IR/Real.h"

namespace mlir::structlin {

/// The attributes that a structured product takes over from the layer that it
/// replaces. Empty ones are not set.
struct MatmulAttributes {
  Type acc;
  Type mid;
  StringAttr layer;
  Attribute fit;
};
} // namespace mlir::structlin

#include "structlin/IR/LayoutInterface.h.inc"
#include "structlin/IR/StructlinEnums.h.inc"
#include "structlin/IR/StructureInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "structlin/IR/StructlinAttrs.h.inc"

#endif // STRUCTLIN_IR_STRUCTLINATTRS_H
