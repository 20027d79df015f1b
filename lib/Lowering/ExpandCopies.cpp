//===- ExpandCopies.cpp - copies of strided buffers -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A contiguous copy becomes memcpy in conversion to LLVM, any other a call into
// MLIR's runner library, which compiled code must not depend on.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEXPANDCOPIES
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

static bool isStrided(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  return type && !type.getLayout().isIdentity();
}

namespace {
struct ExpandCopiesPass : structlin::impl::StructlinExpandCopiesBase<ExpandCopiesPass> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp op) {
      if (isStrided(op.getSource()) || isStrided(op.getTarget()))
        copies.push_back(op);
    });
    for (memref::CopyOp op : copies) {
      OpBuilder builder(op);
      linalg::CopyOp::create(builder, op.getLoc(), op.getSource(), op.getTarget());
      op.erase();
    }
  }
};
} // namespace
