//===- Parameter.cpp - structlin.parameter -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The named tensor of a model's parameters.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

/// With a value its type is the result's: `= dense<...> : tensor<...>`; without,
/// the type stands alone: `: tensor<...>`.
static ParseResult parseParameterValue(OpAsmParser &parser, ElementsAttr &value, Type &type) {
  if (failed(parser.parseOptionalEqual()))
    return parser.parseColonType(type);
  if (parser.parseAttribute(value))
    return failure();
  type = value.getType();
  return success();
}

static void printParameterValue(OpAsmPrinter &printer, ParameterOp op, ElementsAttr value,
                                Type type) {
  if (value)
    printer << "= " << value;
  else
    printer << ": " << type;
}

void ParameterOp::getAsmResultNames(function_ref<void(Value, StringRef)> setName) {
  // The last component says most: "layers.0.fc.weight.U" prints as %U.
  StringRef last = getName().rsplit('.').second;
  setName(getResult(), last.empty() ? getName() : last);
}

LogicalResult ParameterOp::verify() {
  // PAR-C1
  if (getName().empty())
    return emitOpError("expected a non-empty name");
  // PAR-C2
  Type element = getType().getElementType();
  if (!element.isIntOrFloat())
    return emitOpError() << "expected an integer or floating-point element type, got " << element;
  // PAR-C3
  if (std::optional<ElementsAttr> value = getValue(); value && value->getType() != getType())
    return emitOpError() << "expected a value of type " << getType() << ", got "
                         << value->getType();
  return success();
}

#define GET_OP_CLASSES
#include "structlin/IR/StructlinOps.cpp.inc"

void StructlinDialect::registerOperations() {
  addOperations<
#define GET_OP_LIST
#include "structlin/IR/StructlinOps.cpp.inc"
      >();
}
