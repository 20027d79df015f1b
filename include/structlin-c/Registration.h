//===- structlin-c/Registration.h - C API to register structlin -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The dialect, its fits, and the passes and pipelines by name.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_C_REGISTRATION_H
#define STRUCTLIN_C_REGISTRATION_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The dialect alone: enough to parse, verify and print.
MLIR_DECLARE_CAPI_DIALECT_REGISTRATION(Structlin, structlin);

/// Adds the dialect and what its passes need of it: the fits of all families. Dialects
/// of the module to compile, such as func, linalg and tosa, are added by the caller.
MLIR_CAPI_EXPORTED void structlinRegisterAllDialects(MlirDialectRegistry registry);

/// Makes all passes and pipelines known by name, to mlirParsePassPipeline and
/// mlirOpPassManagerAddPipeline: `structlin-import`, `structlin-compress`,
/// `structlin-lower-to-cpu`, ... May be called more than once, from any thread.
MLIR_CAPI_EXPORTED void structlinRegisterAllPasses(void);

#ifdef __cplusplus
}
#endif

#endif // STRUCTLIN_C_REGISTRATION_H
