//===- CrossCompile.h - kernels as assembly of any target -------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_TEST_ASSEMBLY_CROSSCOMPILE_H
#define STRUCTLIN_TEST_ASSEMBLY_CROSSCOMPILE_H

#include "Problems.h"

namespace structlin::kernels::test {

/// A kernel as the compiler of its target leaves it: assembly with LLVM's comments, and
/// an object file.
struct Compiled {
  std::string assembly, object;
};

Compiled crossCompile(const Problem &problem);

} // namespace structlin::kernels::test

#endif // STRUCTLIN_TEST_ASSEMBLY_CROSSCOMPILE_H
