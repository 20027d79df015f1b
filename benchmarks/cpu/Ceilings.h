//===- Ceilings.h - what the machine is able to do --------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_CEILINGS_H
#define STRUCTLIN_BENCHMARKS_CPU_CEILINGS_H

#include <cstddef>

namespace structlin::benchmark {

/// GF/s of f32 products between registers, on `threads` threads together.
double measureProducts(int threads);
/// GB/s of reading `bytes` over and over, each thread a part of them.
double measureReading(size_t bytes, int threads);

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_CEILINGS_H
