//===- HostEvalTest.cpp - layout operations on host data ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each operation that evaluateFromRoot knows, against values worked out by hand.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/HostEval.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "structlin/IR/StructlinDialect.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
class HostEvalTest : public ::testing::Test {
protected:
  HostEvalTest() { context.loadDialect<StructlinDialect, func::FuncDialect>(); }

  /// Parses a function whose body is `text` and returns what it returns.
  Value parse(StringRef text, StringRef type) {
    std::string source =
        ("func.func @f() -> " + type + " {\n" + text + "\nreturn %r : " + type + "\n}").str();
    module = parseSourceString<ModuleOp>(source, &context);
    if (!module)
      return {};
    auto function = *module->getOps<func::FuncOp>().begin();
    return function.getBody().front().getTerminator()->getOperand(0);
  }

  /// The elements of the value that `text` returns, with the parameter 0, 1, 2...
  std::optional<HostTensor> evaluate(StringRef text, StringRef type, ElementType element,
                                     ArrayRef<int64_t> shape) {
    Value value = parse(text, type);
    std::string why;
    if (!value || !findRoot(value, why))
      return std::nullopt;
    std::vector<double> numbers(*::structlin::numElementsOf(shape));
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = double(i);
    FailureOr<HostTensor> result =
        evaluateFromRoot(value, HostTensor::fromDoubles(element, shape, numbers), why);
    if (failed(result))
      return std::nullopt;
    return *result;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

using Numbers = std::vector<double>;

TEST_F(HostEvalTest, transposes) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x3xbf16>
    %e = tensor.empty() : tensor<3x2xbf16>
    %r = linalg.transpose ins(%p : tensor<2x3xbf16>) outs(%e : tensor<3x2xbf16>) permutation = [1, 0])",
                         "tensor<3x2xbf16>", ElementType::BF16, {2, 3});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->toDoubles(), Numbers({0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(result->shape(), ArrayRef<int64_t>({3, 2}));
}

TEST_F(HostEvalTest, transposesThreeDimensions) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x1x3xi8>
    %e = tensor.empty() : tensor<3x2x1xi8>
    %r = linalg.transpose ins(%p : tensor<2x1x3xi8>) outs(%e : tensor<3x2x1xi8>) permutation = [2, 0, 1])",
                         "tensor<3x2x1xi8>", ElementType::I8, {2, 1, 3});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->toDoubles(), Numbers({0, 3, 1, 4, 2, 5}));
}

TEST_F(HostEvalTest, reshapesAndCasts) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x2x3xf64>
    %a = tensor.collapse_shape %p [[0, 1], [2]] : tensor<2x2x3xf64> into tensor<4x3xf64>
    %b = tensor.expand_shape %a [[0], [1, 2]] output_shape [4, 3, 1] : tensor<4x3xf64> into tensor<4x3x1xf64>
    %r = tensor.cast %b : tensor<4x3x1xf64> to tensor<?x3x1xf64>)",
                         "tensor<?x3x1xf64>", ElementType::F64, {2, 2, 3});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->shape(), ArrayRef<int64_t>({4, 3, 1}));
  EXPECT_EQ(result->toDoubles(), Numbers({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST_F(HostEvalTest, slicesWithStridesAndRankReduction) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x3x4xf32>
    %r = tensor.extract_slice %p[1, 0, 1] [1, 2, 2] [1, 2, 2] : tensor<2x3x4xf32> to tensor<2x2xf32>)",
                         "tensor<2x2xf32>", ElementType::F32, {2, 3, 4});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->toDoubles(), Numbers({13, 15, 21, 23}));
}

TEST_F(HostEvalTest, broadcasts) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2xf32>
    %e = tensor.empty() : tensor<3x2xf32>
    %r = linalg.broadcast ins(%p : tensor<2xf32>) outs(%e : tensor<3x2xf32>) dimensions = [0])",
                         "tensor<3x2xf32>", ElementType::F32, {2});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->toDoubles(), Numbers({0, 1, 0, 1, 0, 1}));
}

TEST_F(HostEvalTest, copiesThroughPermutedMapsAndCastsInTheBody) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x3xf16>
    %e = tensor.empty() : tensor<3x2xbf16>
    %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>],
                         iterator_types = ["parallel", "parallel"]}
        ins(%p : tensor<2x3xf16>) outs(%e : tensor<3x2xbf16>) {
    ^bb0(%in: f16, %out: bf16):
      %0 = arith.extf %in : f16 to f32
      %1 = arith.truncf %0 : f32 to bf16
      linalg.yield %1 : bf16
    } -> tensor<3x2xbf16>)",
                         "tensor<3x2xbf16>", ElementType::F16, {2, 3});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->type(), ElementType::BF16);
  EXPECT_EQ(result->toDoubles(), Numbers({0, 3, 1, 4, 2, 5}));
}

TEST_F(HostEvalTest, roundsWhereItNarrows) {
  auto result = evaluate(R"(
    %p = structlin.parameter "p" : tensor<258xf32>
    %r = arith.truncf %p : tensor<258xf32> to tensor<258xbf16>)",
                         "tensor<258xbf16>", ElementType::F32, {258});
  ASSERT_TRUE(result);
  // 257 lies between 256 and 258: to even.
  EXPECT_EQ(result->toDoubles()[257], 256.0);
  EXPECT_EQ(result->toDoubles()[255], 255.0);
}

TEST_F(HostEvalTest, refusesArithmetic) {
  EXPECT_FALSE(evaluate(R"(
    %p = structlin.parameter "p" : tensor<2xf32>
    %e = tensor.empty() : tensor<2xf32>
    %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
                         iterator_types = ["parallel"]}
        ins(%p : tensor<2xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.addf %in, %in : f32
      linalg.yield %0 : f32
    } -> tensor<2xf32>)",
                        "tensor<2xf32>", ElementType::F32, {2}));
}

TEST_F(HostEvalTest, refusesReductions) {
  EXPECT_FALSE(evaluate(R"(
    %p = structlin.parameter "p" : tensor<2x3xf32>
    %e = tensor.empty() : tensor<2xf32>
    %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>],
                         iterator_types = ["parallel", "reduction"]}
        ins(%p : tensor<2x3xf32>) outs(%e : tensor<2xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2xf32>)",
                        "tensor<2xf32>", ElementType::F32, {2, 3}));
}

TEST_F(HostEvalTest, comparesTensorsByWhatTheyAreMadeFrom) {
  Value value = parse(R"(
    %p = structlin.parameter "p" : tensor<2x2xf32>
    %q = structlin.parameter "p" : tensor<2x2xf32>
    %o = structlin.parameter "o" : tensor<2x2xf32>
    %e = tensor.empty() : tensor<2x2xf32>
    %tp = linalg.transpose ins(%p : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
    %tq = linalg.transpose ins(%q : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
    %to = linalg.transpose ins(%o : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
    %r = tensor.concat dim(0) %p, %q, %o, %tp, %tq, %to : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>,
      tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<12x2xf32>)",
                      "tensor<12x2xf32>");
  ASSERT_TRUE(value);
  OperandRange values = value.getDefiningOp()->getOperands();
  EXPECT_TRUE(isSameTensor(values[0], values[1]));
  EXPECT_TRUE(isSameTensor(values[3], values[4]));
  EXPECT_FALSE(isSameTensor(values[0], values[2]));
  EXPECT_FALSE(isSameTensor(values[0], values[3]));
  EXPECT_FALSE(isSameTensor(values[3], values[5]));
}
} // namespace
