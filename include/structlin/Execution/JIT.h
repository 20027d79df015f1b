//===- JIT.h - compiled modules in this process ---------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a module in the llvm dialect for this machine and calls its functions.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXECUTION_JIT_H
#define STRUCTLIN_EXECUTION_JIT_H

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/BuiltinOps.h"
#include "structlin/Archive/HostTensor.h"

namespace mlir::structlin {

struct JITOptions {
  /// 0 to 3, as clang's -O.
  unsigned optLevel = 3;
  /// Where symbols are looked up besides this process.
  SmallVector<std::string> sharedLibraries;
};

/// On how many threads code that is called from this thread runs at most, kernels and
/// parallel loops. 0, the initial value: as OpenMP says.
void setNumThreads(unsigned count);
/// At most how many threads a kernel that this thread calls runs on.
unsigned getNumThreads();

/// One argument of a call: a buffer, passed as a contiguous memref, or a scalar.
class CallArgument {
public:
  static CallArgument buffer(void *data, ArrayRef<int64_t> shape);
  /// The buffer of `tensor`, which the callee must not write to unless the tensor
  /// has memory of its own.
  static CallArgument buffer(const ::structlin::HostTensor &tensor);
  /// The bytes of a scalar of at most eight bytes.
  static CallArgument scalar(ArrayRef<char> bytes);

  /// What the packed calling convention points to.
  void *pointer() { return isBuffer ? static_cast<void *>(&descriptor) : words.data(); }

  /// Must be called once the argument no longer moves.
  void settle() { descriptor = words.data(); }

private:
  bool isBuffer = false;
  /// A memref descriptor (pointer twice, offset, sizes, strides), or the scalar.
  SmallVector<int64_t, 8> words;
  void *descriptor = nullptr;
};

class JITModule {
public:
  /// Compiles `module` for the CPU of this machine. The context of the module must
  /// have the translations to LLVM IR registered. Errors name what is missing.
  static llvm::Expected<std::unique_ptr<JITModule>> create(ModuleOp module,
                                                           const JITOptions &options);

  /// A function with the attribute `llvm.emit_c_interface`, ready to be called often.
  using Function = void (*)(void **);
  llvm::Expected<Function> lookup(StringRef name) const;

  /// Calls `function`. Its results, of eight bytes each, are stored to `results`.
  static void call(Function function, MutableArrayRef<CallArgument> arguments,
                   MutableArrayRef<int64_t> results = {});

private:
  explicit JITModule(std::unique_ptr<ExecutionEngine> engine) : engine(std::move(engine)) {}
  std::unique_ptr<ExecutionEngine> engine;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_EXECUTION_JIT_H
