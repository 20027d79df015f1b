//===- EmittedProblem.h - problems for kernels, emitted and called --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_EMIT_EMITTEDPROBLEM_H
#define STRUCTLIN_TEST_EMIT_EMITTEDPROBLEM_H

#include "EmitTestUtil.h"
#include "Problems.h"
#include "mlir/IR/Builders.h"
#include "structlin/Execution/JIT.h"

namespace structlin::kernels::test {

/// Writes a function f(inputs..., y) that runs the problem's kernel on the caller's
/// number of threads; tokens are dynamic. The kernel's operations that multiply are at
/// lines 1, 2, .. of a file, in the order in which it asks for them.
void emitProblem(mlir::OpBuilder &builder, llvm::StringRef name, const Problem &problem);

/// The problem's operands in memory, each ending at a page that nobody may touch.
class EmittedCall {
public:
  explicit EmittedCall(const Problem &problem);

  void run(mlir::structlin::JITModule::Function function);
  /// What the last call wrote.
  std::vector<double> getResult();

private:
  std::vector<GuardedBytes> memory;
  llvm::SmallVector<mlir::structlin::CallArgument> arguments;
  HostTensor result;
};

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_EMIT_EMITTEDPROBLEM_H
