//===- BlasKernels.cpp - OpenBLAS's choice of kernels ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenBLAS reads OPENBLAS_CORETYPE in gotoblas_dynamic_init, which the loader calls.
// It is called once more here, with the variable set. Both functions are exported
// by builds with several sets of kernels, and absent from others.
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/BlasKernels.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

extern "C" {
__attribute__((weak)) char *openblas_get_corename(void);
__attribute__((weak)) void gotoblas_dynamic_init(void);
__attribute__((weak)) void gotoblas_dynamic_quit(void);
}

#if defined(__x86_64__)

/// The sets of kernels for processors before AVX2.
static bool isOld(const char *name) {
  for (const char *old : {"Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Nano",
                          "Opteron", "Opteron_SSE3", "Barcelona", "Bobcat", "Sandybridge",
                          "Bulldozer", "Piledriver", "Steamroller"})
    if (std::strcmp(name, old) == 0)
      return true;
  return false;
}

/// The kernels for this processor by its features, or null if the old ones are right.
static const char *newerKernels() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return "Haswell";
  return nullptr;
}

void structlin::numerics::selectBlasKernels() {
  if (std::getenv("OPENBLAS_CORETYPE") || !openblas_get_corename || !gotoblas_dynamic_init ||
      !gotoblas_dynamic_quit)
    return;
  const char *kernels = newerKernels();
  if (!kernels || !isOld(openblas_get_corename()))
    return;
  setenv("OPENBLAS_CORETYPE", kernels, /*overwrite=*/0);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
}

#else

void structlin::numerics::selectBlasKernels() {}

#endif
