//===- Compile.h - kernels compiled for this machine ------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_COMPILE_H
#define STRUCTLIN_BENCHMARKS_CPU_COMPILE_H

#include "Layer.h"
#include "structlin/Execution/JIT.h"
#include "llvm/Support/raw_ostream.h"

namespace structlin::benchmark {

/// A layer's kernel as f(x, factors..., y), for any number of tokens; y has x's type.
/// With all dialects and their translations.
mlir::MLIRContext &getContext();

class CompiledKernel {
public:
  static CompiledKernel compile(const Layer &layer, const kernels::Schedule &schedule,
                                const kernels::Target &target);

  /// A call that is ready to be made often. `factors` are where the layer's factors
  /// lie; none of the memory is copied.
  std::function<void()> bind(const Layer &layer, int64_t m, void *x, llvm::ArrayRef<void *> factors,
                             void *y) const;

private:
  std::shared_ptr<mlir::structlin::JITModule> module;
  mlir::structlin::JITModule::Function function = nullptr;
};

/// Prints the kernel in the llvm dialect, from where LLVM's tools make assembly of it.
void printKernel(const Layer &layer, const kernels::Schedule &schedule,
                 const kernels::Target &target, llvm::raw_ostream &os);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_COMPILE_H
