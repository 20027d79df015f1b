//===- OpenMP.h - what the runtime uses of LLVM's OpenMP ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A process may hold GCC's OpenMP as well, with functions of the same names. Those of
// LLVM's library carry a symbol version of their own, and the linker binds ours to it,
// whichever library was loaded first. Compilers' omp.h lack the kmp_ functions or say
// more than is wanted; hence the declarations.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_RUNTIME_OPENMP_H
#define STRUCTLIN_LIB_RUNTIME_OPENMP_H

extern "C" {
int omp_get_max_threads();
int omp_get_num_threads();
int omp_get_thread_num();
int omp_in_parallel();
void kmp_set_blocktime(int milliseconds);
}

namespace structlin::runtime {

/// Whether this thread is inside a parallel region of any OpenMP in the process.
bool isInParallelRegion();

} // namespace structlin::runtime

#endif // STRUCTLIN_LIB_RUNTIME_OPENMP_H
