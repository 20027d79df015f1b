//===- include/structlin/InitAll.h - everything that a tool registers ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows all dialects, passes and pipelines of the project.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_INITALL_H
#define STRUCTLIN_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::structlin {

/// Adds our dialect, the external models of its interfaces, and our operations of the
/// transform dialect.
void registerAllDialects(DialectRegistry &registry);

/// Registers our passes and pipelines with the global registry; more than once does
/// nothing more.
void registerAllPasses();

} // namespace mlir::structlin

#endif // STRUCTLIN_INITALL_H
