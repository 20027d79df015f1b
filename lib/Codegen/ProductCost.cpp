//===- ProductCost.cpp - what the kernel of a product takes ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/ProductCost.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Kernels/Kernels.h"
#include "structlin/Kernels/PanelLayout.h"

using namespace mlir;
using namespace mlir::structlin;
namespace kernels = ::structlin::kernels;
using ::structlin::Candidate;
using ::structlin::ElementType;
using ::structlin::ScheduleProblem;
using ::structlin::TuningKey;

Value mlir::structlin::getValueFactor(StructuredMatmulOpInterface product) {
  for (auto [factor, info] : llvm::zip_equal(product.getFactors(), product.getFactorInfos()))
    if (!info.isIndex)
      return factor;
  return product.getFactors().front();
}

std::string mlir::structlin::checkHasKernel(StructuredMatmulOpInterface product) {
  if (!isa<KernelOpInterface>(product.getOperation()))
    return ("no kernel computes '" + product->getName().getStringRef() + "'").str();
  if (ShapedType::isDynamic(product.getNumInputs()) ||
      ShapedType::isDynamic(product.getNumOutputs()))
    return "the number of inputs or outputs is not known";
  if (!getHostElementType(getElementTypeOrSelf(product.getMatmulInput().getType())) ||
      !getHostElementType(getElementTypeOrSelf(getValueFactor(product).getType())))
    return "no kernel takes elements of its type";
  return {};
}

/// The type that products run in: operands of two types are widened.
static ElementType getProductType(const ProductProblem &problem) {
  StructuredMatmulOpInterface product = problem.product;
  ElementType x = *getHostElementType(getElementTypeOrSelf(product.getMatmulInput().getType()));
  ElementType w = *getHostElementType(getElementTypeOrSelf(getValueFactor(product).getType()));
  return x == w ? x : problem.target.getProductForm(x, w).accumulator;
}

static ScheduleProblem getScheduleProblem(const ProductProblem &problem, int64_t tokens) {
  StructuredMatmulOpInterface product = problem.product;
  return {problem.target, getProductType(problem), tokens, product.getNumInputs(),
          product.getNumOutputs()};
}

TuningKey mlir::structlin::getTuningKey(const ProductProblem &problem, int64_t tokens) {
  StructuredMatmulOpInterface product = problem.product;
  TuningKey key;
  key.target = problem.target.name;
  key.kernel = product->getName().getStringRef().str();
  key.threads = problem.threads;
  key.tokens = tokens;
  key.inputs = product.getNumInputs();
  key.outputs = product.getNumOutputs();
  llvm::raw_string_ostream types(key.types), structure(key.structure);
  types << getElementTypeOrSelf(product.getMatmulInput().getType());
  double parameters = 0;
  for (auto [factor, info] : llvm::zip_equal(product.getFactors(), product.getFactorInfos())) {
    auto type = cast<ShapedType>(factor.getType());
    types << ' ' << type.getElementType();
    if (!info.isIndex)
      parameters += type.getNumElements();
    // How many entries are stored is what keep says.
    ArrayRef<int64_t> shape = type.getShape().drop_front(info.sizedByPattern);
    if (!structure.str().empty())
      structure << ' ';
    llvm::interleave(shape, structure, "x");
  }
  types << " -> " << ::structlin::mlirName(problem.result);
  key.keep = parameters / (static_cast<double>(key.inputs) * key.outputs);
  return key;
}

TuningKey mlir::structlin::getDenseTuningKey(const ProductProblem &problem, int64_t tokens) {
  StructuredMatmulOpInterface product = problem.product;
  TuningKey key = getTuningKey(problem, tokens);
  key.kernel = LinearOp::getOperationName().str();
  key.types.clear();
  key.structure.clear();
  llvm::raw_string_ostream(key.types)
      << getElementTypeOrSelf(product.getMatmulInput().getType()) << ' '
      << getElementTypeOrSelf(getValueFactor(product).getType()) << " -> "
      << ::structlin::mlirName(problem.result);
  llvm::raw_string_ostream(key.structure) << key.outputs << 'x' << key.inputs;
  key.keep = 1;
  return key;
}

std::optional<kernels::KernelCost>
mlir::structlin::getProductCost(const ProductProblem &problem, const kernels::Schedule &schedule,
                                int64_t tokens, std::string &why) {
  StructuredMatmulOpInterface product = problem.product;
  auto kernel = cast<KernelOpInterface>(product.getOperation());
  auto packings = kernel.getPackings(problem.target, schedule, why);
  if (failed(packings))
    return std::nullopt;
  kernels::Cost cost(problem.target, problem.machine.caches, problem.result);
  kernels::Index m = cost.add(tokens);
  ElementType x = *getHostElementType(getElementTypeOrSelf(product.getMatmulInput().getType()));
  SmallVector<kernels::Buffer> operands{cost.add(x, {m, product.getNumInputs()})};
  for (RankedTensorType type : getPackedFactorTypes(product, *packings))
    operands.push_back(cost.add(*getHostElementType(type.getElementType()),
                                SmallVector<kernels::Index>(type.getShape())));
  kernel.buildKernel(cost, operands, m, schedule);
  return cost.get();
}

std::vector<Candidate> mlir::structlin::getProductCandidates(const ProductProblem &problem,
                                                             int64_t tokens, std::string &why) {
  return getCandidates(getScheduleProblem(problem, tokens), problem.machine, problem.threads,
                       [&](const kernels::Schedule &schedule) {
                         return getProductCost(problem, schedule, tokens, why);
                       });
}

std::optional<kernels::KernelCost>
mlir::structlin::getDenseCost(const ProductProblem &problem, const kernels::Schedule &schedule,
                              int64_t tokens) {
  ScheduleProblem sizes = getScheduleProblem(problem, tokens);
  if (!kernels::checkSchedule(schedule, sizes.type, problem.target).empty())
    return std::nullopt;
  kernels::Cost cost(problem.target, problem.machine.caches, problem.result);
  auto layout = kernels::PanelLayout::get(problem.target.getProductForm(sizes.type), schedule.cols);
  auto shape = layout.packedShape(sizes.outputs, sizes.inputs);
  kernels::Index m = cost.add(tokens);
  kernels::Buffer x = cost.add(sizes.type, {m, sizes.inputs});
  kernels::Buffer w = cost.add(sizes.type, {shape[0], shape[1], shape[2]});
  kernels::buildDense(cost, {m, sizes.inputs, sizes.outputs, x, w}, schedule);
  return cost.get();
}

std::vector<Candidate> mlir::structlin::getDenseCandidates(const ProductProblem &problem,
                                                           int64_t tokens) {
  // The plainest schedule is legal for every type.
  return getCandidates(getScheduleProblem(problem, tokens), problem.machine, problem.threads,
                       [&](const kernels::Schedule &schedule) {
                         return getDenseCost(problem, schedule, tokens);
                       });
}
