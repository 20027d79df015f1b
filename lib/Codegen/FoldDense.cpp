//===- FoldDense.cpp - dense weights of structured products ---------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/FoldDense.h"
#include "mlir/IR/IRMapping.h"
#include "structlin/Compress/HostEval.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

int64_t mlir::structlin::getFactorBytes(StructuredMatmulOpInterface product) {
  int64_t bytes = 0;
  for (Value factor : product.getFactors()) {
    auto type = cast<ShapedType>(factor.getType());
    bytes += type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  }
  return bytes;
}

/// What the kernel gets for an operand of one of its operations.
static Value getOutside(KernelOp kernel, Value inside) {
  auto argument = dyn_cast<BlockArgument>(inside);
  if (!argument || argument.getOwner() != &kernel.getBody().front())
    return {};
  return kernel->getOperand(argument.getArgNumber());
}

/// "fc.weight" of the factor "U" that is stored as "fc.weight.U".
static std::string getWeightName(StringRef parameter, StringRef factor) {
  if (parameter.consume_back(factor))
    parameter.consume_back(".");
  return (parameter + "@dense").str();
}

FailureOr<Value> DenseFolder::fold(RewriterBase &rewriter, KernelOp kernel,
                                   StructuredMatmulOpInterface product, bool keepsFactors,
                                   std::string &why) {
  auto fail = [&](const Twine &reason) {
    why = reason.str();
    return failure();
  };
  auto structure = dyn_cast_or_null<FittableStructureInterface>(product.getWeightStructure());
  if (!structure)
    return fail("its structure does not say which weight it stands for");
  SmallVector<Operation *> roots;
  std::string name;
  Type element;
  for (auto [factor, info] : llvm::zip_equal(product.getFactors(), product.getFactorInfos())) {
    Value outside = getOutside(kernel, factor);
    Operation *root = outside ? findRoot(outside, why) : nullptr;
    if (!root)
      return fail("a factor is no parameter");
    roots.push_back(root);
    if (info.isIndex || element)
      continue;
    element = getElementTypeOrSelf(factor.getType());
    if (auto parameter = dyn_cast<ParameterOp>(root))
      name = getWeightName(parameter.getName(), info.name);
  }
  if (!isa_and_nonnull<FloatType>(element) || name.empty())
    return fail("only factors that are floating-point parameters are folded");

  auto type = RankedTensorType::get({product.getNumOutputs(), product.getNumInputs()}, element);
  int64_t bytes = type.getNumElements() * element.getIntOrFloatBitWidth() / 8;
  int64_t more = bytes - (keepsFactors ? 0 : getFactorBytes(product));
  rewriter.setInsertionPoint(kernel);
  auto makeParameter = [&](ElementsAttr value) -> Value {
    return ParameterOp::create(rewriter, product.getLoc(), type, name, value);
  };
  if (auto known = folded.find(name); known != folded.end())
    return makeParameter(known->second);
  if (more > limit)
    return fail(
        llvm::formatv("its dense weight takes {0} bytes more, the limit leaves {1}", more, limit));
  SmallVector<FittedFactor> factors;
  for (auto [factor, info, root] :
       llvm::zip_equal(product.getFactors(), product.getFactorInfos(), roots)) {
    FailureOr<HostTensor> stored = parameters.readRoot(root);
    if (failed(stored))
      return fail("a factor could not be read");
    FailureOr<HostTensor> value = evaluateFromRoot(getOutside(kernel, factor), *stored, why);
    if (failed(value))
      return failure();
    factors.push_back({info.name.str(), *value});
  }
  auto weight = structure.reconstructWeight(factors, type.getDimSize(0), type.getDimSize(1));
  std::vector<double> values;
  for (int64_t i = 0; i < type.getDimSize(0); ++i)
    for (int64_t j = 0; j < type.getDimSize(1); ++j)
      values.push_back(weight(i, j));
  auto tensor = HostTensor::fromDoubles(*getHostElementType(element), type.getShape(), values);
  FailureOr<ElementsAttr> value = store->add(product.getLoc(), name, tensor);
  if (failed(value))
    return fail("its dense weight could not be kept");
  limit -= std::max<int64_t>(more, 0);
  folded[name] = *value;
  return makeParameter(*value);
}

LogicalResult DenseFolder::finish(Operation *root) {
  return store->finish(root, parameters, [](int64_t, int64_t) {});
}

KernelOp mlir::structlin::cloneWithDense(RewriterBase &rewriter, KernelOp kernel, Value weight) {
  auto copy = cast<KernelOp>(rewriter.clone(*kernel));
  Block &body = copy.getBody().front();
  unsigned number = copy.getInputs().size();
  copy.getInputsMutable().append(weight);
  Value inside = body.insertArgument(number, weight.getType(), weight.getLoc());
  auto product = *body.getOps<StructuredMatmulOpInterface>().begin();
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(product);
  auto linear = LinearOp::create(rewriter, product.getLoc(), product->getResultTypes(),
                                 product.getMatmulInput(), inside, product.getMatmulInit(),
                                 TypeAttr::get(product.getAccType()), product.getLayerAttr(),
                                 /*structure=*/StructureAttrInterface());
  SmallVector<Value> factors = llvm::to_vector(product.getFactors());
  rewriter.replaceOp(product, linear->getResults());
  // What only the factors were taken for is left out, from the last one on.
  for (unsigned i = number; i-- > 0;)
    if (BlockArgument argument = body.getArgument(i);
        llvm::is_contained(factors, argument) && argument.use_empty()) {
      body.eraseArgument(i);
      copy.getInputsMutable().erase(i);
    }
  return copy;
}
