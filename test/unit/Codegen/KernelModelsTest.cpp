//===- KernelModelsTest.cpp - kernels of structured products --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From an operation and the values of its factors to its product: the layouts that a
// kernel wants, the factors packed in memory, the kernel evaluated on arrays. Numbers
// are small integers, so the result is the naive one, bit for bit.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "structlin/Codegen/HostLayoutInterface.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Kernels/Eval.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::structlin::test;
namespace kernels = ::structlin::kernels;

namespace {

class KernelModels : public ::testing::Test {
protected:
  KernelModels() {
    DialectRegistry registry;
    registry.insert<StructlinDialect, func::FuncDialect>();
    registerKernelModels(registry);
    registerHostLayoutModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  KernelOpInterface parse(const Problem &problem) {
    module = parseSourceString<ModuleOp>(problem.text, &context);
    EXPECT_TRUE(module) << problem.text;
    KernelOpInterface found;
    module->walk([&](KernelOpInterface op) { found = op; });
    EXPECT_TRUE(found) << problem.text;
    return found;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

kernels::Array toArray(const HostTensor &tensor) {
  kernels::Array array(tensor.type(), tensor.shape().vec());
  array.data = tensor.toDoubles();
  return array;
}

/// The operands of the kernel: x, and the factors after the packings.
std::vector<kernels::Array> packOperands(KernelOpInterface op, ArrayRef<FactorPacking> packings,
                                         const Problem &problem, int64_t m) {
  std::vector<kernels::Array> operands{toArray(problem.makeInput(m))};
  SmallVector<RankedTensorType> types =
      getPackedFactorTypes(cast<StructuredMatmulOpInterface>(op.getOperation()), packings);
  ArrayRef<HostTensor> rest = problem.factors;
  ArrayRef<RankedTensorType> nextTypes = types;
  for (const FactorPacking &packing : packings) {
    ArrayRef<HostTensor> run = rest.take_front(packing.numFactors);
    rest = rest.drop_front(packing.numFactors);
    if (!packing.layout) {
      for (const HostTensor &factor : run)
        operands.push_back(toArray(factor));
      nextTypes = nextTypes.drop_front(run.size());
      continue;
    }
    size_t numPacked = std::max<size_t>(1, packing.layout.getPackedNames().size());
    std::vector<HostTensor> packed;
    for (RankedTensorType type : nextTypes.take_front(numPacked))
      packed.push_back(
          HostTensor::allocate(*getHostElementType(type.getElementType()), type.getShape()));
    nextTypes = nextTypes.drop_front(numPacked);
    llvm::Error error =
        cast<HostLayoutInterface>(packing.layout)
            .packTensors(run, [&](unsigned tensor, uint64_t offset, ArrayRef<char> bytes) {
              llvm::copy(bytes, packed[tensor].mutableBytes().begin() + offset);
              return llvm::Error::success();
            });
    EXPECT_FALSE(static_cast<bool>(error)) << llvm::toString(std::move(error));
    for (const HostTensor &tensor : packed)
      operands.push_back(toArray(tensor));
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_TRUE(nextTypes.empty());
  return operands;
}

void evaluate(KernelOpInterface op, ArrayRef<FactorPacking> packings, const Problem &problem,
              const kernels::Target &target, const kernels::Schedule &schedule, int64_t m) {
  SCOPED_TRACE(::testing::Message() << problem.text << " on " << target.name << ", m " << m
                                    << ", cols " << schedule.cols);
  Matrix y(m, problem.outputs), written(m, problem.outputs);
  kernels::Eval eval(target, [&](auto products, int64_t rows, int64_t width, int64_t row,
                                 int64_t col, int64_t cols) {
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < cols; ++j) {
        ++written(row + i, col + j);
        y(row + i, col + j) = products[0][i * width + j];
      }
  });
  SmallVector<kernels::Buffer> operands;
  for (kernels::Array &array : packOperands(op, packings, problem, m))
    operands.push_back(eval.add(std::move(array)));
  op.buildKernel(eval, operands, m, schedule);
  EXPECT_EQ(y.data, problem.multiply(m).data);
  EXPECT_EQ(written.data, std::vector<double>(written.data.size(), 1.0));
}

/// Schedules that suit vectors and matrix registers alike; masks want eight columns.
std::vector<kernels::Schedule> getSchedules(const kernels::Target &target) {
  int64_t width = target.tileRegisters ? 16 : std::max<int64_t>(8, target.vectorBytes / 4);
  kernels::Schedule plain{2, width}, wide{1, 2 * width};
  kernels::Schedule blocked{2, width, 1, /*chunk=*/2, /*block=*/3, kernels::Split::Tokens};
  return {plain, wide, blocked};
}

TEST_F(KernelModels, ComputeTheProduct) {
  Random random(5);
  std::map<std::string, int> computed;
  for (const char *name : {"neon", "avx2", "avx512", "avx512_bf16", "amx"}) {
    kernels::Target target = *kernels::Target::get(name);
    for (ElementType type : {ElementType::F32, ElementType::BF16, ElementType::F16,
                             ElementType::F64, ElementType::I8, ElementType::I16, ElementType::I32})
      for (const kernels::Schedule &schedule : getSchedules(target))
        for (const Problem &problem : makeProblems(type, random)) {
          KernelOpInterface op = parse(problem);
          std::string why;
          auto packings = op.getPackings(target, schedule, why);
          if (failed(packings)) {
            // Of the two parts of a sum both have to run on one kind of registers.
            EXPECT_EQ(why, "the two parts would run on two kinds of registers")
                << problem.text << name << ": " << why;
            continue;
          }
          ++computed[problem.family];
          for (int64_t m : {0, 1, 5})
            evaluate(op, *packings, problem, target, schedule, m);
        }
  }
  EXPECT_EQ(computed.size(), 8u);
  for (const auto &[family, count] : computed)
    EXPECT_GE(count, 60) << family;
}

TEST_F(KernelModels, SayWhyThereIsNone) {
  auto check = [&](const char *text, const char *target, kernels::Schedule schedule,
                   const char *expected) {
    module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module);
    module->walk([&](KernelOpInterface op) {
      std::string why;
      EXPECT_TRUE(failed(op.getPackings(*kernels::Target::get(target), schedule, why)));
      EXPECT_EQ(why, expected);
    });
  };
  const char *dense = R"mlir(
    func.func @f(%x: tensor<?x9xf32>, %w: tensor<?x9xf32>, %i: tensor<?x8xf32>) {
      %y = structlin.linear ins(%x, %w : tensor<?x9xf32>, tensor<?x9xf32>)
             outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
      return
    })mlir";
  check(dense, "avx2", {1, 8}, "a factor of the unknown size tensor<?x9xf32>");
  const char *inputs = R"mlir(
    func.func @f(%x: tensor<?x?xf32>, %w: tensor<8x9xf32>, %i: tensor<?x8xf32>) {
      %y = structlin.linear ins(%x, %w : tensor<?x?xf32>, tensor<8x9xf32>)
             outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
      return
    })mlir";
  check(inputs, "avx2", {1, 8}, "the number of inputs or outputs is not known");
  const char *wide = R"mlir(
    func.func @f(%x: tensor<?x9xf32>, %w: tensor<8x9xf32>, %i: tensor<?x8xf32>) {
      %y = structlin.linear ins(%x, %w : tensor<?x9xf32>, tensor<8x9xf32>)
             outs(%i : tensor<?x8xf32>) {acc = f64} -> tensor<?x8xf32>
      return
    })mlir";
  check(wide, "avx2", {1, 8},
        "kernels accumulate products of f32 and f32 in f32, the operation in f64");
  const char *plain = R"mlir(
    func.func @f(%x: tensor<?x9xf32>, %w: tensor<8x9xf32>, %i: tensor<?x8xf32>) {
      %y = structlin.linear ins(%x, %w : tensor<?x9xf32>, tensor<8x9xf32>)
             outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
      return
    })mlir";
  check(plain, "avx2", {8, 24},
        "the schedule does not suit products of f32 and f32 on avx2: expected at most 16 vector "
        "registers, got 28");
  const char *blast = R"mlir(
    func.func @f(%x: tensor<?x9xf32>, %u: tensor<2x5x3xf32>, %s: tensor<2x3x3xf32>,
                 %v: tensor<3x3x3xf32>, %i: tensor<?x8xf32>) {
      %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<2x5x3xf32>,
                                      tensor<2x3x3xf32>, tensor<3x3x3xf32>)
             outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
      return
    })mlir";
  check(blast, "avx2", {1, 8}, "blocks of 5 x 3, where the kernel takes 4 x 3");
  const char *mixed = R"mlir(
    func.func @f(%x: tensor<?x9xbf16>, %u: tensor<8x2xbf16>, %w: tensor<2x9xbf16>,
                 %v: tensor<4xbf16>, %j: tensor<4xi32>, %o: tensor<9xi32>, %i: tensor<?x8xf32>) {
      %y = structlin.low_rank_sparse_matmul
             ins(%x, %u, %w, %v, %j, %o : tensor<?x9xbf16>, tensor<8x2xbf16>, tensor<2x9xbf16>,
                                          tensor<4xbf16>, tensor<4xi32>, tensor<9xi32>)
             outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
      return
    })mlir";
  check(mixed, "amx", {1, 16}, "the two parts would run on two kinds of registers");
  const char *sparse64 = R"mlir(
    func.func @f(%x: tensor<?x9xf64>, %v: tensor<4xf64>, %j: tensor<4xi32>,
                 %o: tensor<9xi32>, %i: tensor<?x8xf64>) {
      %y = structlin.sparse_matmul ins(%x, %v, %j, %o : tensor<?x9xf64>, tensor<4xf64>,
                                       tensor<4xi32>, tensor<9xi32>)
             outs(%i : tensor<?x8xf64>) -> tensor<?x8xf64>
      return
    })mlir";
  check(sparse64, "avx2", {1, 4}, "steps of 4 elements have no mask of whole bytes");
}

} // namespace
