//===- FamiliesTest.cpp - what every fit must hold to ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One set of properties, run for every structure family in both precisions:
// ragged and degenerate shapes, degenerate and extreme weights, refusals,
// determinism.
//
//===----------------------------------------------------------------------===//

#include "NumericsTestUtils.h"
#include "structlin/Numerics/BlockSparse.h"
#include "structlin/Numerics/LowRankSparse.h"
#include "structlin/Numerics/Sparse.h"

#include <limits>

using namespace structlin::numerics;
using namespace structlin::numerics::test;

namespace {

template <typename T, typename R> Result<Matrix<T>> reconstructed(R fitted) {
  if (!fitted)
    return fitted.takeError();
  return reconstruct(*fitted);
}

template <typename T> struct LowRank {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) { return reconstructed<T>(fitLowRank(w, 2)); }
};
template <typename T> struct RandomizedLowRank {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    LowRankOptions options;
    options.exactFlops = 0;
    return reconstructed<T>(fitLowRank(w, 2, options));
  }
};
template <typename T, int B1, int B2> struct Blast {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    BlastOptions options;
    options.sweeps = 20;
    options.polishSweeps = 20;
    Result<BlastFit<T>> fitted = fitBlast(w, B1, B2, 3, options);
    if (!fitted)
      return fitted.takeError();
    return reconstruct(fitted->factors);
  }
};
template <typename T> struct BlockSparse {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    int64_t blocks = ceilDiv(w.rows, 4) * ceilDiv(w.cols, 3);
    return reconstructed<T>(fitBlockSparse(w, 4, 3, ceilDiv(blocks, 2)));
  }
};
template <typename T> struct SparseTensor {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    return reconstructed<T>(fitSparse(w, SparseScope::Tensor, ceilDiv(w.rows * w.cols, 3)));
  }
};
template <typename T> struct SparseRow {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    return reconstructed<T>(fitSparse(w, SparseScope::Row, ceilDiv(w.cols, 3)));
  }
};
template <typename T> struct NM {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) { return reconstructed<T>(fitNM(w, 2, 4)); }
};
template <typename T, SparsePattern::Kind K> struct LowRankSparse {
  using Element = T;
  static Result<Matrix<T>> fit(MatrixView<const T> w) {
    SparsePattern pattern = SparsePattern::nm(2, 4);
    if (K == SparsePattern::Row)
      pattern = SparsePattern::perRow(ceilDiv(w.cols, 5));
    if (K == SparsePattern::Tensor)
      pattern = SparsePattern::perTensor(ceilDiv(w.rows * w.cols, 5));
    Result<LowRankSparseFit<T>> fitted = fitLowRankSparse(w, 2, pattern);
    if (!fitted)
      return fitted.takeError();
    return reconstruct(fitted->factors);
  }
};

template <typename Family> class EveryFamily : public ::testing::Test {
protected:
  using T = typename Family::Element;

  static double errorOf(const Matrix<T> &w) {
    Result<Matrix<T>> fitted = Family::fit(w);
    EXPECT_TRUE(bool(fitted)) << fitted.error();
    if (!fitted)
      return std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(fitted->rows, w.rows);
    EXPECT_EQ(fitted->cols, w.cols);
    return relativeError(w, *fitted);
  }

  static std::string refusalOf(T bad) {
    Matrix<T> w = gaussian<T>(5, 7, 3);
    w(2, 4) = bad;
    w(4, 1) = bad;
    Result<Matrix<T>> fitted = Family::fit(w);
    EXPECT_FALSE(bool(fitted));
    return fitted.error();
  }
};

template <typename T>
using FamiliesOf =
    ::testing::Types<LowRank<T>, RandomizedLowRank<T>, Blast<T, 1, 1>, Blast<T, 3, 3>,
                     Blast<T, 2, 5>, Blast<T, 7, 1>, Blast<T, 60, 60>, BlockSparse<T>,
                     SparseTensor<T>, SparseRow<T>, NM<T>, LowRankSparse<T, SparsePattern::Row>,
                     LowRankSparse<T, SparsePattern::Tensor>, LowRankSparse<T, SparsePattern::NM>>;

TYPED_TEST_SUITE_P(EveryFamily);

TYPED_TEST_P(EveryFamily, FitsEveryShape) {
  using T = typename TypeParam::Element;
  for (auto [rows, cols] :
       {std::pair{1, 1}, {1, 9}, {9, 1}, {2, 2}, {19, 41}, {41, 19}, {3, 50}, {50, 3}, {64, 64}}) {
    SCOPED_TRACE(std::to_string(rows) + "x" + std::to_string(cols));
    double error = this->errorOf(gaussian<T>(rows, cols, rows * 100 + cols));
    // No family is worse than W' = 0.
    EXPECT_LE(error, 1 + 1e-6);
  }
}

TYPED_TEST_P(EveryFamily, FitsZeroExactly) {
  using T = typename TypeParam::Element;
  for (auto [rows, cols] : {std::pair{1, 1}, {19, 41}})
    EXPECT_EQ(this->errorOf(Matrix<T>(rows, cols)), 0);
}

TYPED_TEST_P(EveryFamily, FitsConstantAndRankOne) {
  using T = typename TypeParam::Element;
  Matrix<T> constant(19, 41);
  std::fill(constant.data.begin(), constant.data.end(), T(-0.3));
  EXPECT_LE(this->errorOf(constant), 1 + 1e-6);
  EXPECT_LE(this->errorOf(reconstruct(randomLowRank<T>(19, 41, 1, 5))), 1 + 1e-6);
}

TYPED_TEST_P(EveryFamily, FitsSingleNonzero) {
  using T = typename TypeParam::Element;
  Matrix<T> w(19, 41);
  w(18, 40) = T(-7);
  EXPECT_LE(this->errorOf(w), 1e-6);
}

TYPED_TEST_P(EveryFamily, FitsHugeAndTinyAsOrdinary) {
  using T = typename TypeParam::Element;
  Matrix<T> w(19, 41);
  Generator random(11);
  for (T &value : w.data)
    value = static_cast<T>(random.signedBetween(0.01, 1));
  double ordinary = this->errorOf(w);
  int limit = std::numeric_limits<T>::max_exponent; // 128 and 1024
  EXPECT_NEAR(this->errorOf(scaled(w, limit - 1)), ordinary, 1e-5);
  EXPECT_NEAR(this->errorOf(scaled(w, -limit + 20)), ordinary, 1e-5);
  // Down among subnormals the weight itself has lost digits.
  EXPECT_NEAR(this->errorOf(scaled(w, -limit + 2)), ordinary, 2e-3);
  EXPECT_LE(this->errorOf(scaled(w, -limit - 15)), 1 + 1e-3);
}

TYPED_TEST_P(EveryFamily, RefusesNaNAndInfinityNamingTheFirst) {
  using T = typename TypeParam::Element;
  using Limits = std::numeric_limits<T>;
  EXPECT_EQ(this->refusalOf(Limits::quiet_NaN()),
            "expected finite weights, got NaN at row 2, column 4");
  EXPECT_EQ(this->refusalOf(-Limits::infinity()),
            "expected finite weights, got infinity at row 2, column 4");
}

TYPED_TEST_P(EveryFamily, RefusesEmptyWeights) {
  using T = typename TypeParam::Element;
  EXPECT_EQ(TypeParam::fit(Matrix<T>(0, 4)).error(),
            "expected a weight of 1 to 2^31 - 1 rows and columns, got 0 x 4");
}

TYPED_TEST_P(EveryFamily, RepeatsItself) {
  using T = typename TypeParam::Element;
  Matrix<T> w = gaussian<T>(23, 17, 2);
  EXPECT_EQ(TypeParam::fit(w)->data, TypeParam::fit(w)->data);
}

TYPED_TEST_P(EveryFamily, ReadsStridedViews) {
  using T = typename TypeParam::Element;
  Matrix<T> outer = gaussian<T>(30, 50, 6);
  MatrixView<const T> inner = outer.view().block(4, 7, 19, 23);
  Matrix<T> copy(19, 23);
  for (int64_t i = 0; i < 19; ++i)
    std::copy_n(inner.row(i), 23, copy.view().row(i));
  EXPECT_EQ(TypeParam::fit(inner)->data, TypeParam::fit(copy)->data);
}

REGISTER_TYPED_TEST_SUITE_P(EveryFamily, FitsEveryShape, FitsZeroExactly, FitsConstantAndRankOne,
                            FitsSingleNonzero, FitsHugeAndTinyAsOrdinary,
                            RefusesNaNAndInfinityNamingTheFirst, RefusesEmptyWeights, RepeatsItself,
                            ReadsStridedViews);
INSTANTIATE_TYPED_TEST_SUITE_P(F32, EveryFamily, FamiliesOf<float>);
INSTANTIATE_TYPED_TEST_SUITE_P(F64, EveryFamily, FamiliesOf<double>);

} // namespace
