//===- GatedMlp.cpp - the gated MLP of a transformer ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// (silu(x Wg^T) o (x Wu^T)) Wd^T, as one model through the whole compiler, dense and
// block-sparse, against three products of the libraries and what is between them.
//
//===----------------------------------------------------------------------===//

#include "GatedMlp.h"
#include "Model.h"
#include "Peers.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <cstring>

using namespace structlin;
using namespace structlin::benchmark;
using mlir::structlin::Lowering;

static constexpr int64_t kBlock = 32;

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

/// %h = silu(%g) o %u, computed in f32.
static std::string printGate(const std::string &tensor, ElementType type) {
  bool wide = type == ElementType::F32;
  auto widened = [&](const char *name) {
    return wide ? llvm::formatv("%{0}f = arith.addf %{0}, %zero : f32\n", name).str()
                : llvm::formatv("%{0}f = arith.extf %{0} : bf16 to f32\n", name).str();
  };
  return llvm::formatv(R"(
  %h0 = tensor.empty(%m) : {0}
  %h = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>,
                                         affine_map<(i, j) -> (i, j)>],
                        iterator_types = ["parallel", "parallel"]}
      ins(%g, %u : {0}, {0}) outs(%h0 : {0}) {{
  ^bb0(%a: {1}, %b: {1}, %o: {1}):
    {2}{3}%n = arith.negf %af : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %s = arith.divf %af, %d : f32
    %p = arith.mulf %s, %bf : f32
    {4}linalg.yield %r : {1}
  } -> {0}
)",
                       tensor, mlirName(type), widened("a"), widened("b"),
                       wide ? "%r = arith.addf %p, %zero : f32\n    "
                            : "%r = arith.truncf %p : f32 to bf16\n    ")
      .str();
}

namespace {
/// Writes the model's products and makes their parameters.
struct Writer {
  MlpShape shape;
  ElementType type;
  double density;
  Parameters parameters;
  std::string text;
  double stored = 0;

  std::string tensor(int64_t cols) const {
    return llvm::formatv("tensor<?x{0}x{1}>", cols, mlirName(type)).str();
  }
  void parameter(const std::string &name, const HostTensor &value) {
    std::string shape;
    for (int64_t size : value.shape())
      shape += std::to_string(size) + "x";
    text += llvm::formatv("  %{0} = structlin.parameter \"{0}\" : tensor<{1}{2}>\n", name, shape,
                          mlirName(value.type()));
    parameters.emplace(name, value);
  }
  /// %result = x W^T of an own random weight.
  void product(const std::string &result, const std::string &x, int64_t inputs, int64_t outputs);
  std::string write();
};
} // namespace

void Writer::product(const std::string &result, const std::string &x, int64_t inputs,
                     int64_t outputs) {
  unsigned seed = parameters.size() + 1;
  std::string weight = result + "w", factors, types;
  auto operand = [&](const std::string &suffix, const HostTensor &value) {
    parameter(weight + suffix, value);
    std::string shape;
    for (int64_t size : value.shape())
      shape += std::to_string(size) + "x";
    factors += ", %" + weight + suffix;
    types += llvm::formatv(", tensor<{0}{1}>", shape, mlirName(value.type()));
  };
  if (density == 1) {
    operand("", randomTensor(type, outputs, inputs, seed));
    stored += double(outputs) * inputs;
  } else {
    Pattern pattern = randomPattern(outputs / kBlock, inputs / kBlock, density, seed);
    int64_t count = pattern.indices.dim(0);
    operand("v",
            randomTensor(type, count * kBlock, kBlock, seed).reshaped({count, kBlock, kBlock}));
    operand("i", pattern.indices);
    operand("o", pattern.offsets);
    stored += double(count) * kBlock * kBlock;
  }
  text += llvm::formatv(R"(  %{0}e = tensor.empty(%m) : {1}
  %{0}0 = linalg.fill ins(%zeroT : {2}) outs(%{0}e : {1}) -> {1}
  %{0} = structlin.{3} ins(%{4}{5} : {6}{7}) outs(%{0}0 : {1}) -> {1}
)",
                        result, tensor(outputs), mlirName(type),
                        density == 1 ? "linear" : "block_sparse_matmul", x, factors, tensor(inputs),
                        types);
}

std::string Writer::write() {
  std::string in = tensor(shape.width);
  text = llvm::formatv("func.func @mlp(%x: {0}) -> {0} {{\n"
                       "  %c0 = arith.constant 0 : index\n"
                       "  %zero = arith.constant 0.0 : f32\n"
                       "  %one = arith.constant 1.0 : f32\n"
                       "  %zeroT = arith.constant 0.0 : {1}\n"
                       "  %m = tensor.dim %x, %c0 : {0}\n",
                       in, mlirName(type));
  product("g", "x", shape.width, shape.inner);
  product("u", "x", shape.width, shape.inner);
  text += printGate(tensor(shape.inner), type);
  product("y", "h", shape.inner, shape.width);
  text += llvm::formatv("  return %y : {0}\n}\n", in);
  return text;
}

/// silu(g) o u alone, for what is between the libraries' products.
static std::string writeGate(int64_t cols) {
  std::string tensor = llvm::formatv("tensor<?x{0}xf32>", cols).str();
  return llvm::formatv("func.func @gate(%g: {0}, %u: {0}) -> {0} {{\n"
                       "  %c0 = arith.constant 0 : index\n"
                       "  %zero = arith.constant 0.0 : f32\n"
                       "  %one = arith.constant 1.0 : f32\n"
                       "  %m = tensor.dim %g, %c0 : {0}\n{1}  return %h : {0}\n}\n",
                       tensor, printGate(tensor, ElementType::F32))
      .str();
}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

namespace {
/// The contenders of one cell.
struct MlpCell {
  MlpShape shape;
  ElementType type;
  Tokens tokens;
  int threads;
  Race contest;

  void addLibrary(llvm::function_ref<Peer(const DenseProblem &)> makePeer);
  void addOurs(double density, std::vector<std::string> &wrong);
};
} // namespace

/// Libraries are fast in f32, whatever the type of the cell, on every machine.
void MlpCell::addLibrary(llvm::function_ref<Peer(const DenseProblem &)> makePeer) {
  auto matrix = [&](int64_t cols) {
    return std::make_shared<HostTensor>(HostTensor::allocate(ElementType::F32, {tokens.m, cols}));
  };
  auto x = std::make_shared<HostTensor>(randomTensor(ElementType::F32, tokens.m, shape.width, 99));
  auto g = matrix(shape.inner), u = matrix(shape.inner), h = matrix(shape.inner),
       y = matrix(shape.width);
  int64_t copies = countCopies(tokens, 3 * shape.width * shape.inner * 4);
  auto make = [&](const HostTensor &from, HostTensor &to, unsigned seed) {
    HostTensor w = randomTensor(ElementType::F32, to.dim(1), from.dim(1), seed);
    return makePeer({tokens.m, from.dim(1), to.dim(1), ElementType::F32, from.bytes().data(),
                     to.mutableBytes().data(), w, copies});
  };
  Peer gate = make(*x, *g, 1), up = make(*x, *u, 2), down = make(*h, *y, 3);
  if (!gate.run)
    return;
  auto between = CompiledModel::compile(writeGate(shape.inner), {}, Lowering::Reference, threads)
                     .bind({*g, *u}, *h, 1);
  auto run = [=, keep = std::vector{x, g, u, h, y}](int64_t copy) {
    gate.run(copy);
    up.run(copy);
    between(0);
    down.run(copy);
  };
  std::string name = gate.name + (type == ElementType::F32 ? "" : " in f32");
  contest.add({name, copies, run, {}, 0},
              describe("library", 1, 3 * shape.width * shape.inner * 4));
}

void MlpCell::addOurs(double density, std::vector<std::string> &wrong) {
  Writer writer{shape, type, density};
  std::string text = writer.write();
  HostTensor x = randomTensor(type, tokens.m, shape.width, 99);
  auto compile = [&](Lowering lowering) {
    return CompiledModel::compile(text, writer.parameters, lowering, threads);
  };
  CompiledModel model = compile(Lowering::Kernels);
  HostTensor y = HostTensor::allocate(type, {tokens.m, shape.width});
  HostTensor expected = HostTensor::allocate(type, {tokens.m, shape.width});
  int64_t copies = countCopies(tokens, model.bytes());
  auto run = model.bind({x}, y, copies);
  bool dense = density == 1;
  std::string name = dense ? "dense" : llvm::formatv("block-sparse 32x32 {0:P0}", density).str();
  run(0);
  compile(Lowering::Reference).bind({x}, expected, 1)(0);
  double error = 0, size = 0;
  for (int64_t i = 0; i < y.numElements(); ++i) {
    error += std::pow(read(y, i) - read(expected, i), 2);
    size += std::pow(read(expected, i), 2);
  }
  if (!(error <= 1e-4 * size))
    wrong.push_back("gated MLP: " + name + " differs from its reference");
  double keep = writer.stored / (3.0 * shape.width * shape.inner);
  contest.add({name, copies, run, {}, 0},
              describe(dense ? "dense" : "structured", keep, model.bytes()));
}

std::string benchmark::getMlpKey(MlpShape shape, ElementType type, Tokens tokens, int threads) {
  return llvm::formatv("mlp{0}x{1} {2} m{3} T{4} {5}", shape.width, shape.inner, mlirName(type),
                       tokens.m, threads, tokens.cold ? "cold" : "hot")
      .str();
}

llvm::json::Object benchmark::runMlpCell(MlpShape shape, ElementType type, Tokens tokens,
                                         int threads, const RaceOptions &options,
                                         std::vector<std::string> &wrong) {
  MlpCell cell{shape, type, tokens, threads, {}};
  cell.addLibrary([&](const DenseProblem &problem) { return makeOpenBlas(problem, threads); });
  cell.addLibrary(makeOneDnn);
  for (double density : {1.0, .1, .05})
    cell.addOurs(density, wrong);
  return cell.contest.run(llvm::json::Object{{"inputs", shape.width},
                                             {"outputs", shape.inner},
                                             {"products", 3},
                                             {"type", mlirName(type)},
                                             {"m", tokens.m},
                                             {"threads", threads},
                                             {"cold", tokens.cold}},
                          options);
}
