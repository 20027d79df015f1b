//===- structlin-c/Report.h - C API to the report -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What became of every linear layer, read from the IR as it is.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_C_REPORT_H
#define STRUCTLIN_C_REPORT_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct StructlinReport {
  void *ptr;
} StructlinReport;

/// The report about the layers inside `scope`, at any stage between raise and lowering.
/// Null for a null operation. It is the caller's to destroy. Its attributes are the
/// context's, its strings its own; it does not follow later changes of the IR.
MLIR_CAPI_EXPORTED StructlinReport structlinReportCreate(MlirOperation scope);
/// Does nothing to a null report.
MLIR_CAPI_EXPORTED void structlinReportDestroy(StructlinReport report);
MLIR_CAPI_EXPORTED bool structlinReportIsNull(StructlinReport report);

/// The JSON text that the pass structlin-report writes, in one or more pieces.
MLIR_CAPI_EXPORTED void structlinReportPrint(StructlinReport report, MlirStringCallback callback,
                                             void *userData);

/// One layer per weight and structure; several operations may use it.
MLIR_CAPI_EXPORTED intptr_t structlinReportGetNumLayers(StructlinReport report);

// Of the layer at `index`; 0, null or "" if there is none.

/// Its name, or that of its weight, or "".
MLIR_CAPI_EXPORTED MlirStringRef structlinReportLayerGetName(StructlinReport report,
                                                             intptr_t index);
/// The name of its dense parameter, or "".
MLIR_CAPI_EXPORTED MlirStringRef structlinReportLayerGetWeight(StructlinReport report,
                                                               intptr_t index);
/// What it has or, before the fit, is to get; #structlin.dense says why it is dense.
MLIR_CAPI_EXPORTED MlirAttribute structlinReportLayerGetStructure(StructlinReport report,
                                                                  intptr_t index);
/// The element type of its factors.
MLIR_CAPI_EXPORTED MlirType structlinReportLayerGetElementType(StructlinReport report,
                                                               intptr_t index);
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetNumOutputs(StructlinReport report,
                                                             intptr_t index);
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetNumInputs(StructlinReport report, intptr_t index);
/// Operations that read the weight.
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetNumUses(StructlinReport report, intptr_t index);
/// Their tokens; -1 if these are dynamic or differ.
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetNumTokens(StructlinReport report, intptr_t index);
/// Stored parameters over those of the dense weight; 1 for a dense layer.
MLIR_CAPI_EXPORTED double structlinReportLayerGetKeep(StructlinReport report, intptr_t index);
/// Whether it was fitted and has an error.
MLIR_CAPI_EXPORTED bool structlinReportLayerHasError(StructlinReport report, intptr_t index);
/// The relative error ||W - W'|| / ||W||.
MLIR_CAPI_EXPORTED double structlinReportLayerGetError(StructlinReport report, intptr_t index);
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetParametersBefore(StructlinReport report,
                                                                   intptr_t index);
MLIR_CAPI_EXPORTED int64_t structlinReportLayerGetParametersAfter(StructlinReport report,
                                                                  intptr_t index);

/// Contractions that are not linear layers.
MLIR_CAPI_EXPORTED intptr_t structlinReportGetNumNotRaised(StructlinReport report);
MLIR_CAPI_EXPORTED MlirStringRef structlinReportNotRaisedGetLocation(StructlinReport report,
                                                                     intptr_t index);
MLIR_CAPI_EXPORTED MlirStringRef structlinReportNotRaisedGetReason(StructlinReport report,
                                                                   intptr_t index);

#ifdef __cplusplus
}
#endif

#endif // STRUCTLIN_C_REPORT_H
