//===- BlasKernelsTest.cpp - OpenBLAS's choice of kernels -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Numerics/BlasKernels.h"
#include "structlin/Numerics/Error.h"
#include "structlin/Numerics/LowRank.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>
#include <string>

using namespace structlin::numerics;

extern "C" __attribute__((weak)) char *openblas_get_corename(void);

#if defined(__x86_64__)
TEST(BlasKernels, UseWhatTheProcessorHas) {
  if (!openblas_get_corename || std::getenv("OPENBLAS_CORETYPE"))
    GTEST_SKIP() << "not OpenBLAS, or chosen by the environment";
  if (!__builtin_cpu_supports("avx2"))
    GTEST_SKIP() << "a processor without AVX2";
  selectBlasKernels();
  EXPECT_NE(std::string("Prescott"), openblas_get_corename());
}
#endif

TEST(BlasKernels, FitsAreRightAfterwards) {
  selectBlasKernels();
  // A product of rank 3 is found exactly.
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  Matrix<double> u(70, 3), v(3, 50), w(70, 50);
  for (Matrix<double> *matrix : {&u, &v})
    for (double &value : matrix->data)
      value = normal(generator);
  for (int64_t i = 0; i < 70; ++i)
    for (int64_t j = 0; j < 50; ++j)
      for (int64_t k = 0; k < 3; ++k)
        w(i, j) += u(i, k) * v(k, j);
  MatrixView<const double> view = w.view();
  auto fit = fitLowRank(view, 3);
  ASSERT_TRUE(fit);
  EXPECT_LT(relativeError(w, reconstruct(*fit)), 1e-13);
}
