//===- StructlinDialect.cpp - the dialect --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers attributes and operations, and verifies the argument attribute
// `structlin.param`.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructlinDialect.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/IR/StructlinAttrs.h"
#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

#include "structlin/IR/StructlinDialect.cpp.inc"

void StructlinDialect::initialize() {
  registerAttributes();
  registerOperations();
}

// PAR-C4: `structlin.param` is a name, on an argument of static ranked shape.
LogicalResult StructlinDialect::verifyRegionArgAttribute(Operation *op, unsigned regionIndex,
                                                         unsigned argIndex,
                                                         NamedAttribute attribute) {
  if (attribute.getName() != kParamAttrName)
    return success();
  auto name = dyn_cast<StringAttr>(attribute.getValue());
  if (!name || name.empty())
    return op->emitOpError() << "expected '" << kParamAttrName << "' of argument #" << argIndex
                             << " to be a non-empty string, got " << attribute.getValue();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return op->emitOpError() << "expected '" << kParamAttrName << "' on a function argument";
  Type type = function.getArgumentTypes()[argIndex];
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !isa<RankedTensorType, MemRefType>(type) || !shaped.hasStaticShape())
    return op->emitOpError() << "expected argument #" << argIndex << " with '" << kParamAttrName
                             << "' to be a tensor or memref of static shape, got " << type;
  for (unsigned other = 0; other < argIndex; ++other) {
    if (function.getArgAttr(other, kParamAttrName) == name &&
        function.getArgumentTypes()[other] != type)
      return op->emitOpError() << "expected arguments of the parameter " << name
                               << " to have one type, got " << type << " after "
                               << function.getArgumentTypes()[other];
  }
  return success();
}
