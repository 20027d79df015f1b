//===- StructlinOps.h - the operations -----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the operations of the dialect.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTLINOPS_H
#define STRUCTLIN_IR_STRUCTLINOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/RuntimeVerifiableOpInterface.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/IR/StructuredMatmul.h"

#define GET_OP_CLASSES
#include "structlin/IR/StructlinOps.h.inc"

#endif // STRUCTLIN_IR_STRUCTLINOPS_H
