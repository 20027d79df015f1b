//===- InnerLoops.h - innermost loops in assembly ---------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What LLVM's comments in its assembly say of loops and spills, and what the
// instructions between them do.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_ASSEMBLY_INNERLOOPS_H
#define STRUCTLIN_TEST_ASSEMBLY_INNERLOOPS_H

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <vector>

namespace structlin::kernels::test {

/// What an iteration of an innermost loop executes.
struct AssemblyLoop {
  /// Instructions that multiply vectors or matrix registers.
  int products = 0;
  /// The lines that these come from, 0 for none.
  std::set<int64_t> lines;
  /// Registers and operands that are read from memory, of whatever kind; not what was
  /// spilled.
  int loads = 0;
  /// Instructions that have to do with nothing but integers.
  int integers = 0;
  /// Instructions that write registers to the stack or read them back.
  int spills = 0;
  std::string text;
};

/// The innermost loops with products, of x86 (AT&T syntax) or AArch64.
std::vector<AssemblyLoop> findInnerLoops(llvm::StringRef assembly);

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_ASSEMBLY_INNERLOOPS_H
