//===- Report.cpp - C API to the report -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See the header.
//
//===----------------------------------------------------------------------===//

#include "structlin-c/Report.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/CAPI/Utils.h"
#include "structlin/Compress/Report.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

DEFINE_C_API_PTR_METHODS(StructlinReport, Report)

/// The element of `list` at `index`, or an empty one.
template <typename T> static const T &at(const std::vector<T> *list, intptr_t index) {
  static const T none{};
  return list && index >= 0 && size_t(index) < list->size() ? (*list)[index] : none;
}

static const LayerReport &layer(StructlinReport report, intptr_t index) {
  return at(unwrap(report) ? &unwrap(report)->layers : nullptr, index);
}

static const ContractionReport &contraction(StructlinReport report, intptr_t index) {
  return at(unwrap(report) ? &unwrap(report)->notRaised : nullptr, index);
}

StructlinReport structlinReportCreate(MlirOperation scope) {
  if (!unwrap(scope))
    return {nullptr};
  return wrap(new Report(reportLayers(unwrap(scope))));
}

void structlinReportDestroy(StructlinReport report) { delete unwrap(report); }

bool structlinReportIsNull(StructlinReport report) { return !unwrap(report); }

void structlinReportPrint(StructlinReport report, MlirStringCallback callback, void *userData) {
  if (!unwrap(report))
    return;
  mlir::detail::CallbackOstream stream(callback, userData);
  stream << llvm::formatv("{0:2}\n", llvm::json::Value(toJSON(*unwrap(report))));
}

intptr_t structlinReportGetNumLayers(StructlinReport report) {
  return unwrap(report) ? intptr_t(unwrap(report)->layers.size()) : 0;
}

MlirStringRef structlinReportLayerGetName(StructlinReport report, intptr_t index) {
  return wrap(StringRef(layer(report, index).name));
}

MlirStringRef structlinReportLayerGetWeight(StructlinReport report, intptr_t index) {
  return wrap(StringRef(layer(report, index).weight));
}

MlirAttribute structlinReportLayerGetStructure(StructlinReport report, intptr_t index) {
  return wrap(Attribute(layer(report, index).structure));
}

MlirType structlinReportLayerGetElementType(StructlinReport report, intptr_t index) {
  return wrap(layer(report, index).type);
}

int64_t structlinReportLayerGetNumOutputs(StructlinReport report, intptr_t index) {
  return layer(report, index).numOutputs;
}

int64_t structlinReportLayerGetNumInputs(StructlinReport report, intptr_t index) {
  return layer(report, index).numInputs;
}

int64_t structlinReportLayerGetNumUses(StructlinReport report, intptr_t index) {
  return layer(report, index).tokens.size();
}

int64_t structlinReportLayerGetNumTokens(StructlinReport report, intptr_t index) {
  return layer(report, index).getNumTokens().value_or(-1);
}

double structlinReportLayerGetKeep(StructlinReport report, intptr_t index) {
  const LayerReport &found = layer(report, index);
  return found.structure ? found.keep : 0.0;
}

bool structlinReportLayerHasError(StructlinReport report, intptr_t index) {
  return layer(report, index).error.has_value();
}

double structlinReportLayerGetError(StructlinReport report, intptr_t index) {
  return layer(report, index).error.value_or(0.0);
}

int64_t structlinReportLayerGetParametersBefore(StructlinReport report, intptr_t index) {
  return layer(report, index).parametersBefore();
}

int64_t structlinReportLayerGetParametersAfter(StructlinReport report, intptr_t index) {
  return layer(report, index).parametersAfter;
}

intptr_t structlinReportGetNumNotRaised(StructlinReport report) {
  return unwrap(report) ? intptr_t(unwrap(report)->notRaised.size()) : 0;
}

MlirStringRef structlinReportNotRaisedGetLocation(StructlinReport report, intptr_t index) {
  return wrap(StringRef(contraction(report, index).location));
}

MlirStringRef structlinReportNotRaisedGetReason(StructlinReport report, intptr_t index) {
  return wrap(StringRef(contraction(report, index).reason));
}
