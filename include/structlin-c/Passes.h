//===- structlin-c/Passes.h - C API to create passes ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For every pass, with its default options:
//
//   MlirPass mlirCreateStructlin<Group><Pass>(void);
//   void mlirRegisterStructlin<Group><Pass>(void);
//
// and for every group, Import, Compress, Codegen, Emit and Lowering:
//
//   void mlirRegisterStructlin<Group>Passes(void);
//
// For a pass with other options, and for pipelines, use their text:
//
//   structlinRegisterAllPasses();
//   mlirOpPassManagerAddPipeline(manager, "structlin-fit{sweeps=20}", ...);
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_C_PASSES_H
#define STRUCTLIN_C_PASSES_H

#include "mlir-c/Pass.h"

#include "structlin/Codegen/Passes.capi.h.inc"
#include "structlin/Compress/Passes.capi.h.inc"
#include "structlin/Emit/Passes.capi.h.inc"
#include "structlin/Import/Passes.capi.h.inc"
#include "structlin/Lowering/Passes.capi.h.inc"

#endif // STRUCTLIN_C_PASSES_H
