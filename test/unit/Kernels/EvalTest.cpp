//===- EvalTest.cpp - every kernel against the naive product --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Families x targets x types x schedules x shapes. Eval itself fails on accesses
// outside a buffer, on memory that nobody wrote, and on accumulators used twice.
//
//===----------------------------------------------------------------------===//

#include "Problems.h"

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;

namespace {

class EvalTest : public ::testing::TestWithParam<std::tuple<const char *, ElementType>> {};

std::string getName(const ::testing::TestParamInfo<EvalTest::ParamType> &info) {
  return std::string(std::get<0>(info.param)) + "_" + mlirName(std::get<1>(info.param)).str();
}
INSTANTIATE_TEST_SUITE_P(
    Targets, EvalTest,
    ::testing::Combine(::testing::Values("neon", "avx2", "avx512", "avx512_bf16", "amx"),
                       ::testing::Values(ElementType::F32, ElementType::BF16, ElementType::F16,
                                         ElementType::F64, ElementType::I8)),
    getName);

/// Runs the problem, and checks that every element of the result is written once.
void run(const Problem &problem) {
  const Setting &s = problem.setting;
  SCOPED_TRACE(::testing::Message()
               << problem.name << ", rows " << s.schedule.rows << " cols " << s.schedule.cols
               << " chunk " << s.schedule.chunk << " block " << s.schedule.block << ", m " << s.m
               << " " << s.inputs << " -> " << s.outputs);
  Matrix y(s.m, s.outputs), written(s.m, s.outputs);
  Eval eval(s.target, [&](auto products, int64_t rows, int64_t width, int64_t row, int64_t col,
                          int64_t cols) {
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < cols; ++j) {
        ++written(row + i, col + j);
        y(row + i, col + j) = products[0][i * width + j];
      }
  });
  std::vector<Buffer> buffers;
  for (const Array &input : problem.inputs)
    buffers.push_back(eval.add(input));
  problem.build(eval, buffers, s.m);
  EXPECT_EQ(y.data, problem.expected.data);
  EXPECT_EQ(written.data, std::vector<double>(written.data.size(), 1.0));
}

TEST_P(EvalTest, GivesTheNaiveProduct) {
  auto [name, type] = GetParam();
  Random random(7);
  std::vector<Setting> settings = getSettings(*Target::get(name), type);
  ASSERT_GE(settings.size(), 14u);
  for (const Setting &setting : settings)
    for (const Problem &problem : makeProblems(setting, random))
      run(problem);
}

} // namespace
