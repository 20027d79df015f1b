//===- Report.h - what became of every linear layer -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The logic of --structlin-report. All it says is in the IR: layers carry their
// structure, their measured error, or why they stayed dense.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_REPORT_H
#define STRUCTLIN_COMPRESS_REPORT_H

#include "mlir/IR/Operation.h"
#include "llvm/Support/JSON.h"

namespace mlir::structlin {

/// The report about the linear layers inside `scope`; its fields are those that
/// the description of --structlin-report lists.
llvm::json::Object reportLayers(Operation *scope);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_REPORT_H
