//===- StructlinDialect.h - the dialect ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declares the dialect.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_STRUCTLINDIALECT_H
#define STRUCTLIN_IR_STRUCTLINDIALECT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"

#include "structlin/IR/StructlinDialect.h.inc"

#endif // STRUCTLIN_IR_STRUCTLINDIALECT_H
