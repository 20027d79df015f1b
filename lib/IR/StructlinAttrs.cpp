//===- StructlinAttrs.cpp - attributes that belong to no family ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Real numbers, the record of a fit, and registration.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructlinAttrs.h"

#include "mlir/IR/DialectImplementation.h"
#include "structlin/IR/StructlinDialect.h"
#include "llvm/ADT/TypeSwitch.h"
#include <charconv>
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;

#include "structlin/IR/StructlinEnums.cpp.inc"
#include "structlin/IR/LayoutInterface.cpp.inc"
#include "structlin/IR/StructureInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "structlin/IR/StructlinAttrs.cpp.inc"

AsmPrinter &structlin::operator<<(AsmPrinter &printer, const Real &real) {
  // The shortest decimal that reads back to the same double.
  char digits[32];
  std::to_chars_result end = std::to_chars(std::begin(digits), std::end(digits), real.value);
  StringRef text(digits, end.ptr - digits);
  // MLIR's lexer wants a decimal point before an exponent.
  size_t exponent = std::min(text.find('e'), text.size());
  StringRef mantissa = text.take_front(exponent);
  return printer << mantissa << (mantissa.contains('.') ? "" : ".0") << text.drop_front(exponent);
}

LogicalResult FitAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringAttr weight,
                              FitNorm, Real error, int64_t, ArrayRef<int64_t> denseShape) {
  // FIT-C1
  if (weight.empty())
    return emitError() << "expected the name of the dense weight";
  // FIT-C2
  if (!(error.value >= 0.0) || !std::isfinite(error.value))
    return emitError() << "expected a finite error of at least 0, got " << error.value;
  // FIT-C3
  if (denseShape.size() != 2)
    return emitError() << "expected dense_shape to be [n_out, n_in], got [" << denseShape << "]";
  return success();
}

void StructlinDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "structlin/IR/StructlinAttrs.cpp.inc"
      >();
}
