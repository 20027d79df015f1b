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

#include "EmittedProblem.h"
#include "mlir/IR/Verifier.h"
#include "structlin-runtime/Runtime.h"
#include "structlin/Emit/LowerEmitted.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;
using namespace mlir::structlin;

namespace {

void expectProduct(const JITModule &module, llvm::StringRef name, const Problem &problem,
                   int numThreads) {
  const Setting &s = problem.setting;
  SCOPED_TRACE(::testing::Message()
               << problem.name << ", rows " << s.schedule.rows << " cols " << s.schedule.cols
               << " chunk " << s.schedule.chunk << " block " << s.schedule.block << ", m " << s.m
               << " " << s.inputs << " -> " << s.outputs << ", " << numThreads << " threads");
  EmittedCall call(problem);
  call.run(llvm::cantFail(module.lookup(name)));
  EXPECT_EQ(call.getResult(), problem.expected.data);
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
  for (size_t i = 0; i < settings.size(); i += 9)
    for (auto [j, problem] : llvm::enumerate(makeProblems(settings[i], random)))
      if ((i / 9 + j) % 3 == 0)
        problems.push_back(std::move(problem));
  for (auto [i, problem] : llvm::enumerate(problems))
    emitProblem(builder, "k" + std::to_string(i), problem);
  ASSERT_TRUE(succeeded(mlir::verify(*module)));
  bool native = isNativeOrEmulate(*module, target);
  ASSERT_TRUE(succeeded(mlir::structlin::lowerEmittedKernels(*module)));
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
