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

namespace structlin::test {

/// The ways from structured operations to machine code.
enum class Path { Decompose, Reconstruct, Reference, TileUsingFor, TileUsingForall, Fuse };

llvm::ArrayRef<Path> allPaths();
const char *nameOf(Path path);

/// A problem and the family that made it.
struct NamedProblem {
  const Family *family;
  Problem problem;
};

/// The module of `problems` as text, with what `path` needs beside the functions.
std::string formatModule(llvm::ArrayRef<NamedProblem> problems, Path path);

/// A context in which modules of the suite can be parsed, lowered and translated.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// Parses, lowers along `path` and compiles. Diagnostics go to stderr; null on failure.
std::unique_ptr<mlir::structlin::JITModule> compile(mlir::MLIRContext &context,
                                                    llvm::StringRef text, Path path);

/// Calls the function of `problem` and returns y. Fails the current test if the shape
/// function disagrees, an operand was written to, or anything beside y was.
HostTensor run(const mlir::structlin::JITModule &module, const NamedProblem &problem);

} // namespace structlin::test

#endif // STRUCTLIN_TEST_NUMERIC_HARNESS_H
