//===- NumericTest.cpp - every operation computes what it says ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every family x types x shape x path, against the dense weight that the factors stand
// for: small integers bit for bit, reals within the bound of docs/Spec.md, "Rounding",
//
//   |y - y_exact| <= c (k u_acc + u_mid + u_init) (|init| + |x| |W|^T),   c = 4.
//
//===----------------------------------------------------------------------===//

#include "Harness.h"
#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <set>

using namespace structlin;
using namespace structlin::test;

// How a failing test names its parameters.
namespace structlin::test {
static void PrintTo(const Types &types, std::ostream *out) { *out << types.name; }
static void PrintTo(const Shape &shape, std::ostream *out) { *out << shape.name; }
static void PrintTo(Path path, std::ostream *out) { *out << nameOf(path); }
} // namespace structlin::test

static constexpr double kBoundFactor = 4.0;

/// Below this, numbers of a type are equally spaced and rounding is absolute.
static double smallestStep(ElementType type) {
  return type == ElementType::F16 ? std::ldexp(1.0, -24) : 0.0;
}

namespace {
/// A problem with its result, which all paths are compared with.
struct Checked {
  NamedProblem named;
  Dense exact;
  /// Empty for integers.
  Dense scale;
};
} // namespace

static void expectEqual(const Checked &checked, const HostTensor &got) {
  HostTensor expected = HostTensor::fromDoubles(got.type(), got.shape(), checked.exact.entries);
  if (expected.bytes() == got.bytes())
    return;
  std::vector<double> want = expected.toDoubles(), have = got.toDoubles();
  for (size_t i = 0; i < want.size(); ++i)
    ASSERT_EQ(want[i], have[i]) << "at " << i << " of " << formatType(got.type(), got.shape());
}

static void expectWithinBound(const Checked &checked, const HostTensor &got) {
  const Problem &problem = checked.named.problem;
  const Types &types = problem.types;
  double unit = double(problem.sumLength) * unitRoundoff(types.acc) +
                unitRoundoff(types.midOrAcc()) + unitRoundoff(types.init);
  std::vector<double> have = got.toDoubles();
  for (size_t i = 0; i < have.size(); ++i)
    ASSERT_LE(std::fabs(have[i] - checked.exact.entries[i]),
              kBoundFactor * (unit * checked.scale.entries[i] + smallestStep(types.init)))
        << "at " << i << ": got " << have[i] << ", exactly " << checked.exact.entries[i];
}

static std::vector<Checked> makeProblems(const Types &types, const Shape &shape, Data data) {
  std::vector<Checked> problems;
  for (const Family &family : allFamilies()) {
    // The seed fixes the patterns, and with them the sizes of the function's arguments.
    Values values(data, /*seed=*/uint32_t(17 + shape.m + 31 * shape.numOutputs));
    Problem problem = family.make(types, shape, values);
    Dense exact = computeExact(problem);
    Dense scale = data == Data::Reals ? computeScale(problem) : Dense(0, 0);
    problems.push_back({{&family, std::move(problem)}, std::move(exact), std::move(scale)});
  }
  return problems;
}

/// The problems of the last types and shape asked for: paths follow each other.
static llvm::ArrayRef<Checked> getProblems(const Types &types, const Shape &shape, Data data) {
  static std::string cachedName[2];
  static std::vector<Checked> cached[2];
  int slot = data == Data::Integers ? 0 : 1;
  std::string name = std::string(types.name) + "/" + shape.name;
  if (cachedName[slot] != name) {
    cached[slot] = makeProblems(types, shape, data);
    cachedName[slot] = name;
  }
  return cached[slot];
}

static std::vector<NamedProblem> withoutResults(llvm::ArrayRef<Checked> problems) {
  std::vector<NamedProblem> named;
  for (const Checked &checked : problems)
    named.push_back(checked.named);
  return named;
}

static void checkAll(const Compiled &module, llvm::ArrayRef<Checked> problems, Data data) {
  HostTensor parameters = bindParameters(module, withoutResults(problems));
  for (const Checked &checked : problems) {
    SCOPED_TRACE(checked.named.family->name);
    HostTensor y = run(module, checked.named, parameters);
    if (data == Data::Integers)
      expectEqual(checked, y);
    else
      expectWithinBound(checked, y);
  }
}

/// The same functions on no token at all: they write nothing.
static void checkWithoutTokens(const Compiled &module, llvm::ArrayRef<Checked> problems) {
  HostTensor parameters = bindParameters(module, withoutResults(problems));
  for (const Checked &checked : problems) {
    SCOPED_TRACE(checked.named.family->name);
    NamedProblem none = checked.named;
    none.problem.shape.m = 0;
    none.problem.x =
        HostTensor::allocate(none.problem.types.element, {0, none.problem.shape.numInputs});
    none.problem.init =
        HostTensor::allocate(none.problem.types.init, {0, none.problem.shape.numOutputs});
    run(module, none, parameters);
  }
}

/// Every product that a target has a kernel for is a call of one.
static void checkKernelCalls(const Compiled &module, const Types &types,
                             const kernels::Target &target, llvm::ArrayRef<Checked> problems) {
  kernels::ProductForm form = target.getProductForm(types.element);
  bool isComputed = form.accumulator == types.acc;
  // Few schedules suit products in two stages of which one runs on matrix registers and
  // the other does not: those of few tokens.
  bool isOneKind =
      target.getProductForm(types.midOrAcc(), types.element).usesTiles() == form.usesTiles();
  for (const Checked &problem : problems) {
    llvm::StringRef name = problem.named.family->name;
    bool hasStages = name.starts_with("low_rank") || name == "blast";
    // The last family is a group of a low-rank and a sparse product.
    int64_t most = !isComputed ? 0 : name == "kernel" ? 2 : 1;
    int64_t least = isComputed && (hasStages || name == "kernel") && !isOneKind ? most - 1 : most;
    int64_t calls = llvm::count(module.kernelCalls, name);
    EXPECT_GE(calls, least) << name.str();
    EXPECT_LE(calls, most) << name.str();
  }
}

static const Shape kShapes[] = {
    {"1x1x1", 1, 1, 1},
    {"9x9x9", 9, 9, 9},
    {"6x13x3", 6, 13, 3},
    {"81x19x41", 81, 19, 41},
    {"457x330x512", 457, 330, 512},
    {"dynamic", 37, 26, 45, true},
    {"0x13x3", 0, 13, 3},
};

using Parameters = std::tuple<Types, Shape, Path>;

/// What a test compiles of its types, shape and path.
struct Extent {
  Rows rows = Rows::Most;
  /// All families, or every third from this one on.
  std::optional<size_t> firstOfThird;
};

static std::vector<Checked> choose(llvm::ArrayRef<Checked> problems, const Extent &extent) {
  std::vector<Checked> chosen;
  for (auto [i, problem] : llvm::enumerate(problems))
    if (!extent.firstOfThird || i % 3 == *extent.firstOfThird)
      chosen.push_back(problem);
  return chosen;
}

/// Emulated code is compiled fast, not well, unless it runs for long.
static unsigned getOptLevel(const Shape &shape, Path path) {
  std::optional<kernels::Target> target = targetOf(path);
  constexpr int64_t many = 1 << 20;
  bool runsLong = shape.m * shape.numInputs * shape.numOutputs > many;
  return target && !target->runsOnHost() && !runsLong ? 0 : 1;
}

static void check(const Parameters &parameters, const Extent &extent) {
  static const std::unique_ptr<mlir::MLIRContext> context = makeContext();
  auto [types, shape, path] = parameters;
  std::vector<Checked> problems = choose(getProblems(types, shape, Data::Integers), extent);
  std::unique_ptr<Compiled> module = compile(*context, formatModule(withoutResults(problems), path),
                                             path, extent.rows, getOptLevel(shape, path));
  ASSERT_TRUE(module);
  if (std::optional<kernels::Target> target = targetOf(path)) {
    bool native = target->runsOnHost();
    testing::Test::RecordProperty("execution", target->name + (native ? " native" : " emulated"));
    checkKernelCalls(*module, types, *target, problems);
  }
  checkAll(*module, problems, Data::Integers);
  if (isFloat(types.element))
    checkAll(*module, choose(getProblems(types, shape, Data::Reals), extent), Data::Reals);
  if (shape.isDynamic)
    checkWithoutTokens(*module, problems);
}

namespace {
class NumericTest : public testing::TestWithParam<Parameters> {};
/// Kernels whose tiles have few rows, which compile fast enough for every shape.
class FewRowsTest : public testing::TestWithParam<Parameters> {};
} // namespace

TEST_P(NumericTest, MatchesDense) { check(GetParam(), {}); }
TEST_P(FewRowsTest, MatchesDense) { check(GetParam(), {Rows::Few, std::nullopt}); }

/// Where instructions are emulated: a third of the families with each types, shape and
/// path, so that on each path each family meets all types and all shapes.
class AThirdOfFamiliesTest : public FewRowsTest {};

static size_t firstFamily(const Types &types, const Shape &shape, Path path) {
  auto numberOf = [](const auto &all, const auto &one) {
    return std::distance(std::begin(all), llvm::find_if(all, [&](const auto &other) {
                           return llvm::StringRef(other.name) == one.name;
                         }));
  };
  return (numberOf(allTypes(), types) + numberOf(kShapes, shape) + size_t(path)) % 3;
}

TEST_P(AThirdOfFamiliesTest, MatchesDense) {
  auto [types, shape, path] = GetParam();
  check(GetParam(), {Rows::Few, firstFamily(types, shape, path)});
}

TEST(AThirdOfFamilies, MeetsAllTypesAndAllShapes) {
  for (Path path : kernelPaths(/*emulated=*/true)) {
    std::set<std::string> met;
    for (const Types &types : allTypes())
      for (const Shape &shape : kShapes) {
        size_t first = firstFamily(types, shape, path);
        met.insert(std::to_string(first) + types.name);
        // Products of these types have kernels.
        if (types.acc == ElementType::F32 || types.acc == ElementType::I32)
          met.insert(std::to_string(first) + shape.name);
      }
    EXPECT_EQ(met.size(), 3 * (allTypes().size() + std::size(kShapes)));
  }
}

// Kernels have code for every number of tokens in a tile, which takes long to compile:
// tiles with all their rows are compiled once, for any number of tokens.
static const Shape kLargeTiles[] = {kShapes[5]};

static std::string getName(const testing::TestParamInfo<Parameters> &info) {
  return std::string(std::get<0>(info.param).name) + "_" + std::get<1>(info.param).name + "_" +
         nameOf(std::get<2>(info.param));
}

/// Types x shapes x paths.
template <typename Shapes>
static auto combine(const Shapes &shapes, const std::vector<Path> &paths) {
  return testing::Combine(testing::ValuesIn(allTypes().vec()), testing::ValuesIn(shapes),
                          testing::ValuesIn(paths));
}

INSTANTIATE_TEST_SUITE_P(All, NumericTest, combine(kShapes, referencePaths()), getName);
INSTANTIATE_TEST_SUITE_P(Native, NumericTest, combine(kLargeTiles, kernelPaths(false)), getName);
INSTANTIATE_TEST_SUITE_P(Emulated, NumericTest, combine(kLargeTiles, kernelPaths(true)), getName);
INSTANTIATE_TEST_SUITE_P(Native, FewRowsTest, combine(kShapes, kernelPaths(false)), getName);
INSTANTIATE_TEST_SUITE_P(Emulated, AThirdOfFamiliesTest, combine(kShapes, kernelPaths(true)),
                         getName);
/// All families on emulated targets, too, if the environment asks for it: several minutes.
static std::vector<Path> pathsOfWhole() {
  return std::getenv("STRUCTLIN_NUMERIC_WHOLE") ? kernelPaths(true) : std::vector<Path>();
}
INSTANTIATE_TEST_SUITE_P(EmulatedWhole, FewRowsTest, combine(kShapes, pathsOfWhole()), getName);
// A machine may run, or lack, all of the targets.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NumericTest);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FewRowsTest);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AThirdOfFamiliesTest);
