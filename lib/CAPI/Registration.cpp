//===- Registration.cpp - C API to register structlin ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See the header.
//
//===----------------------------------------------------------------------===//

#include "structlin-c/Registration.h"

#include "mlir/CAPI/Registration.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/InitAll.h"

MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(Structlin, structlin, mlir::structlin::StructlinDialect)

void structlinRegisterAllDialects(MlirDialectRegistry registry) {
  mlir::structlin::registerAllDialects(*unwrap(registry));
}

void structlinRegisterAllPasses(void) { mlir::structlin::registerAllPasses(); }
