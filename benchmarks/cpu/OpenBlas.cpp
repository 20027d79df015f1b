//===- OpenBlas.cpp - OpenBLAS as a peer ----------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include "Peers.h"
#include <cblas.h>
#include <cstring>

using namespace structlin;
using namespace structlin::benchmark;

Peer benchmark::makeOpenBlas(const DenseProblem &problem, int threads) {
  if (problem.type != ElementType::F32)
    return {};
  size_t bytes = problem.w.bytes().size();
  Pages pages = allocatePages(bytes * problem.copies);
  for (int64_t i = 0; i < problem.copies; ++i)
    std::memcpy(pages.get() + i * bytes, problem.w.bytes().data(), bytes);
  openblas_set_num_threads(threads);
  auto run = [pages, bytes, m = problem.m, n = problem.outputs, k = problem.inputs,
              x = static_cast<const float *>(problem.x),
              y = static_cast<float *>(problem.y)](int64_t copy) {
    const auto *w = reinterpret_cast<const float *>(pages.get() + copy * bytes);
    if (m == 1)
      cblas_sgemv(CblasRowMajor, CblasNoTrans, n, k, 1, w, k, x, 1, 0, y, 1);
    else
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x, k, w, k, 0, y, n);
  };
  return {std::string("OpenBLAS (") + openblas_get_corename() + ")", run};
}
