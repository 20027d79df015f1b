//===- Harness.h - compiling and calling problems -------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One module per (types, shape, path to machine code), one function per family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_NUMERIC_HARNESS_H
#define STRUCTLIN_TEST_NUMERIC_HARNESS_H

#include "Problem.h"
#include "mlir/IR/MLIRContext.h"
#include "structlin/Execution/JIT.h"
#include "structlin/Kernels/Target.h"
#include "structlin/Lowering/ParameterLayout.h"

namespace structlin::test {

/// The ways from structured operations to machine code.
enum class Path {
  Decompose,
  Reconstruct,
  Reference,
  TileUsingFor,
  TileUsingForall,
  Fuse,
  /// Kernels for each target; factors are parameters, packed.
  KernelsAVX2,
  KernelsAVX512,
  KernelsAVX512BF16,
  KernelsAMX
};

/// Those without kernels.
std::vector<Path> referencePaths();
/// Those through kernels that this machine can run or, if not, whose instructions are
/// emulated.
std::vector<Path> kernelPaths(bool emulated);
const char *nameOf(Path path);
/// The target of a path through kernels.
std::optional<kernels::Target> targetOf(Path path);

/// A problem and the family that made it.
struct NamedProblem {
  const Family *family;
  Problem problem;
};

/// The module of `problems` as text, with what `path` needs beside the functions.
std::string formatModule(llvm::ArrayRef<NamedProblem> problems, Path path);

/// A context in which modules of the suite can be parsed, lowered and translated.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// A module as machine code, with what its parameters are.
struct Compiled {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::structlin::ParameterLayout layout;
  std::unique_ptr<mlir::structlin::JITModule> jit;
  /// Names of the functions in which kernels are called, once for each call.
  std::vector<std::string> kernelCalls;
};

/// Rows of a kernel's register tile: as many as registers hold, or two (one row of matrix
/// registers). There is code for each number of tokens in a tile, so few compile faster.
enum class Rows { Most, Few };

/// Parses, lowers along `path` and compiles, at LLVM's level `optLevel`. Diagnostics go to
/// stderr; null on failure.
std::unique_ptr<Compiled> compile(mlir::MLIRContext &context, llvm::StringRef text, Path path,
                                  Rows rows, unsigned optLevel);

/// The buffer with the parameters of the compiled functions of `problems`, empty if these
/// have none.
HostTensor bindParameters(const Compiled &compiled, llvm::ArrayRef<NamedProblem> problems);

/// Calls the function of `problem` and returns y. Fails the current test if the shape
/// function disagrees, an operand was written to, or anything beside y was.
HostTensor run(const Compiled &compiled, const NamedProblem &problem, const HostTensor &parameters);

} // namespace structlin::test

#endif // STRUCTLIN_TEST_NUMERIC_HARNESS_H
