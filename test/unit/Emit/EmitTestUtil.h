//===- EmitTestUtil.h - compiling and calling emitted code ------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_EMIT_EMITTESTUTIL_H
#define STRUCTLIN_TEST_EMIT_EMITTESTUTIL_H

#include "mlir/IR/BuiltinOps.h"
#include "structlin/Kernels/Target.h"
#include "llvm/ADT/ArrayRef.h"

namespace structlin::kernels::test {

/// A context that can lower kernels and translate them.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Whether this machine runs `target` as it is; else replaces the instructions that it
/// lacks. Either way, the test's report says so.
bool isNativeOrEmulate(mlir::ModuleOp module, const Target &target);

/// Bytes that end where the next page may not be touched.
class GuardedBytes {
public:
  explicit GuardedBytes(llvm::ArrayRef<char> bytes);
  GuardedBytes(GuardedBytes &&other) : base(other.base), begin(other.begin), size(other.size) {
    other.base = nullptr;
  }
  ~GuardedBytes();
  char *data() const { return begin; }

private:
  char *base, *begin;
  size_t size;
};

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_EMIT_EMITTESTUTIL_H
