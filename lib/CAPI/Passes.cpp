//===- Passes.cpp - C API to create passes --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tablegen makes of the Passes.td of each group.
//
//===----------------------------------------------------------------------===//

#include "structlin-c/Passes.h"

#include "mlir/CAPI/Pass.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/Compress/Passes.h"
#include "structlin/Emit/Passes.h"
#include "structlin/Import/Passes.h"
#include "structlin/Lowering/Passes.h"

using namespace mlir::structlin;

#include "structlin/Codegen/Passes.capi.cpp.inc"
#include "structlin/Compress/Passes.capi.cpp.inc"
#include "structlin/Emit/Passes.capi.cpp.inc"
#include "structlin/Import/Passes.capi.cpp.inc"
#include "structlin/Lowering/Passes.capi.cpp.inc"
