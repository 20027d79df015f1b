//===- EmitTest.cpp - emitted kernels on this machine ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every kernel for every target, compiled and called on several numbers of threads;
// instructions that this machine lacks are emulated. Each operand ends at a page that
// nobody may touch.
//
//===----------------------------------------------------------------------===//

#include "EmitTestUtil.h"
#include "Problems.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Archive/HostTensor.h"
#include "structlin/Emit/KernelFunction.h"
#include "structlin/Emit/PartialVectors.h"
#include "structlin/Execution/JIT.h"
#include "structlin/Host/HostAttr.h"
#include <cstring>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;
using namespace mlir::structlin;

namespace {

/// Writes products to `y` as they are.
EmitFinish storeTo(const Target &target, mlir::Value y) {
  return [=](mlir::OpBuilder &builder, mlir::Location location, mlir::ArrayRef<VectorGrid> products,
             mlir::Value row, mlir::Value col, int64_t cols) {
    using namespace mlir;
    const VectorGrid &grid = products[0];
    for (int64_t i = 0; i < grid.rows; ++i)
      for (int64_t j = 0; j < grid.perRow; ++j) {
        auto vectorType = cast<VectorType>(grid(i, j).getType());
        int64_t lanes = vectorType.getDimSize(0);
        auto moved = [&](Value index, int64_t distance) -> Value {
          Value constant = arith::ConstantIndexOp::create(builder, location, distance);
          return arith::AddIOp::create(builder, location, index, constant);
        };
        if (cols <= j * lanes)
          continue;
        storeFirst(builder, location, target, grid(i, j), y,
                   ValueRange{moved(row, i), moved(col, j * lanes)}, cols - j * lanes);
      }
  };
}

/// A function f(inputs..., y) that runs the problem's kernel; tokens are dynamic.
void emit(mlir::OpBuilder &builder, llvm::StringRef name, const Problem &problem) {
  const Setting &setting = problem.setting;
  mlir::Location location = builder.getUnknownLoc();
  auto type = [&](ElementType element, llvm::ArrayRef<int64_t> shape, bool hasTokens) {
    llvm::SmallVector<int64_t> sizes(shape);
    if (hasTokens)
      sizes[0] = mlir::ShapedType::kDynamic;
    return mlir::MemRefType::get(sizes, getIRElementType(builder.getContext(), element));
  };
  llvm::SmallVector<mlir::Type> types;
  for (const Array &input : problem.inputs)
    types.push_back(type(input.type, input.shape, /*hasTokens=*/types.empty()));
  ElementType accumulator = setting.target.getProductForm(setting.type).accumulator;
  types.push_back(type(accumulator, {setting.m, setting.outputs}, /*hasTokens=*/true));
  auto work = [](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange) {
    // Every call is worth all threads.
    return mlir::arith::ConstantIndexOp::create(builder, location, int64_t(1) << 40).getResult();
  };
  auto body = [&](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange arguments,
                  const Team &team) {
    KernelEmitter emitter(setting.target, builder, location, storeTo(setting.target, arguments.back()), team);
    emitter.write([&](KernelEmitter &emitter) {
      llvm::SmallVector<Buffer> buffers;
      for (mlir::Value argument : arguments.drop_back())
        buffers.push_back(emitter.add(argument));
      problem.build(emitter, buffers, buffers[0].shape[0]);
    });
  };
  auto function = emitKernelFunction(builder, location, name, types, work, body);
  function->setAttr("llvm.emit_c_interface", builder.getUnitAttr());
}

void expectProduct(const JITModule &module, llvm::StringRef name, const Problem &problem,
                   int numThreads) {
  const Setting &s = problem.setting;
  SCOPED_TRACE(::testing::Message()
               << problem.name << ", rows " << s.schedule.rows << " cols " << s.schedule.cols
               << " chunk " << s.schedule.chunk << " block " << s.schedule.block << ", m " << s.m
               << " " << s.inputs << " -> " << s.outputs << ", " << numThreads << " threads");
  std::vector<GuardedBytes> memory;
  llvm::SmallVector<CallArgument> arguments;
  for (const Array &input : problem.inputs) {
    HostTensor tensor = HostTensor::fromDoubles(input.type, input.shape, input.data);
    memory.emplace_back(tensor.bytes());
    arguments.push_back(CallArgument::buffer(memory.back().data(), input.shape));
  }
  ElementType accumulator = s.target.getProductForm(s.type).accumulator;
  HostTensor y = HostTensor::fromDoubles(accumulator, {s.m, s.outputs},
                                         std::vector<double>(s.m * s.outputs, 77.0));
  GuardedBytes result(y.bytes());
  arguments.push_back(CallArgument::buffer(result.data(), y.shape()));
  JITModule::call(llvm::cantFail(module.lookup(name)), arguments);
  std::memcpy(y.mutableBytes().data(), result.data(), y.bytes().size());
  EXPECT_EQ(y.toDoubles(), problem.expected.data);
}

class EmitTest : public ::testing::TestWithParam<std::tuple<const char *, ElementType>> {};

std::string getName(const ::testing::TestParamInfo<EmitTest::ParamType> &info) {
  return std::string(std::get<0>(info.param)) + "_" + mlirName(std::get<1>(info.param)).str();
}
INSTANTIATE_TEST_SUITE_P(
    Targets, EmitTest,
    ::testing::Combine(::testing::Values("avx2", "avx512", "avx512_bf16", "amx"),
                       ::testing::Values(ElementType::F32, ElementType::BF16, ElementType::F16,
                                         ElementType::F64, ElementType::I8)),
    getName);

TEST_P(EmitTest, GivesTheNaiveProduct) {
  auto [name, type] = GetParam();
  Target target = *Target::get(name);
  auto context = makeContext();
  mlir::OpBuilder builder(context.get());
  mlir::OwningOpRef<mlir::ModuleOp> module(mlir::ModuleOp::create(builder.getUnknownLoc()));
  builder.setInsertionPointToStart(module->getBody());
  Random random(7);
  std::vector<Problem> problems;
  // A kernel's code depends on all but the tokens: one setting per schedule. Compiling
  // takes all the time, so that each kernel has every third schedule.
  std::vector<Setting> settings = getSettings(target, type);
  for (size_t i = 0; i < settings.size(); i += 8)
    for (auto [j, problem] : llvm::enumerate(makeProblems(settings[i], random)))
      if ((i / 8 + j) % 3 == 0)
        problems.push_back(std::move(problem));
  for (auto [i, problem] : llvm::enumerate(problems))
    emit(builder, "k" + std::to_string(i), problem);
  ASSERT_TRUE(succeeded(mlir::verify(*module)));
  bool native = isNativeOrEmulate(*module, target);
  ASSERT_TRUE(succeeded(lower(*module)));
  // Emulated tiles take many registers, and optimising them minutes.
  auto jit = JITModule::create(*module, {/*optLevel=*/native ? 1u : 0u, {}});
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  for (int numThreads : {1, 2, 3, 5}) {
    structlin_set_num_threads_local(numThreads);
    for (auto [i, problem] : llvm::enumerate(problems))
      expectProduct(**jit, "k" + std::to_string(i), problem, numThreads);
  }
  structlin_set_num_threads_local(0);
}

} // namespace
