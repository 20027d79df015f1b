//===- StructlinOps.td - all operations of the dialect -------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line per family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_OPS_TD
#define STRUCTLIN_IR_OPS_TD

include "structlin/IR/BlastOps.td"
include "structlin/IR/BlockSparseOps.td"
include "structlin/IR/CoreOps.td"
include "structlin/IR/KernelFuncOps.td"
include "structlin/IR/LowRankOps.td"
include "structlin/IR/LowRankSparseOps.td"
include "structlin/IR/PackOps.td"
include "structlin/IR/SparseOps.td"
include "structlin/IR/VariantsOp.td"

#endif // STRUCTLIN_IR_OPS_TD
