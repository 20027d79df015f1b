//===- EvaluatePacks.cpp - packs of parameters as parameters --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/EvaluatePacks.h"
#include "PackValues.h"
#include "structlin/IR/StructlinOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::structlin;

/// The parameters that `pack` packs; none if it packs anything else.
static SmallVector<ParameterOp> getFactorParameters(PackOp pack) {
  SmallVector<ParameterOp> parameters;
  for (Value factor : pack.getFactors()) {
    auto parameter = factor.getDefiningOp<ParameterOp>();
    auto type = cast<RankedTensorType>(factor.getType());
    if (!parameter || !getHostElementType(type.getElementType()))
      return {};
    parameters.push_back(parameter);
  }
  return parameters;
}

/// The names of the packed tensors: that of the only factor, or the layout's names
/// behind what the factors' names have in common ("fc.weight." of "fc.weight.values"
/// and "fc.weight.indices"), and the layout's text.
static SmallVector<std::string> makeNames(const ParameterPack &pack) {
  StringRef first = pack.factors.front().name;
  std::string end = "@" + pack.layout.getText();
  SmallVector<StringRef> names = pack.layout.getPackedNames();
  if (names.empty())
    return {first.str() + end};
  size_t common = first.size();
  for (const NamedTensor &factor : ArrayRef(pack.factors).drop_front()) {
    StringRef other = factor.name;
    while (!other.starts_with(first.take_front(common)))
      --common;
  }
  size_t dot = first.take_front(common).rfind('.');
  std::string prefix = dot == StringRef::npos ? first.str() + "." : first.take_front(dot + 1).str();
  return llvm::map_to_vector(names, [&](StringRef name) { return prefix + name.str() + end; });
}

namespace {
/// The packed parameters of a module, each under a name that nothing else has.
class PackNames {
public:
  PackNames(ModuleOp module, ArrayRef<ParameterPack> recorded) : recorded(recorded) {
    module.walk([&](ParameterOp parameter) { taken.insert(parameter.getName()); });
    for (const ParameterPack &pack : recorded)
      for (const NamedTensor &tensor : pack.packed)
        taken.insert(tensor.name.getValue());
  }

  /// The packed tensors of `pack`, the same for packs of the same factors.
  const ParameterPack &name(ParameterPack pack, ArrayRef<RankedTensorType> types, bool record) {
    for (SmallVectorImpl<ParameterPack> *known : {&recorded, &inlined})
      for (const ParameterPack &other : *known)
        if (other.hasSameSource(pack))
          return other;
    SmallVector<std::string> names = makeNames(pack);
    std::string suffix;
    auto isTaken = [&](const std::string &name) { return taken.contains(name + suffix); };
    for (unsigned number = 2; llvm::any_of(names, isTaken); ++number)
      suffix = "#" + std::to_string(number);
    for (auto [name, type] : llvm::zip_equal(names, types)) {
      taken.insert(name + suffix);
      pack.packed.push_back({StringAttr::get(type.getContext(), name + suffix), type});
    }
    SmallVectorImpl<ParameterPack> &packs = record ? recorded : inlined;
    packs.push_back(std::move(pack));
    return packs.back();
  }

  ArrayRef<ParameterPack> getRecorded() const { return recorded; }

private:
  SmallVector<ParameterPack> recorded, inlined;
  llvm::StringSet<> taken;
};
} // namespace

/// The packed values of parameters that have their values in the IR.
static FailureOr<SmallVector<ElementsAttr>> packValues(const ParameterPack &pack,
                                                       MutableArrayRef<ParameterOp> parameters) {
  std::vector<HostTensor> factors;
  for (ParameterOp parameter : parameters) {
    std::string why;
    FailureOr<HostTensor> value = readElements(*parameter.getValue(), why);
    if (failed(value))
      return emitError(parameter.getLoc())
             << "cannot read parameter '" << parameter.getName() << "': " << why;
    factors.push_back(*value);
  }
  llvm::Expected<std::vector<HostTensor>> packed = packInMemory(pack, factors);
  if (!packed)
    return emitError(parameters.front().getLoc()) << llvm::toString(packed.takeError());
  SmallVector<ElementsAttr> values;
  for (auto [tensor, named] : llvm::zip_equal(*packed, pack.packed))
    values.push_back(createElements(named.name.getContext(), named.name, tensor));
  return values;
}

LogicalResult mlir::structlin::evaluatePacks(RewriterBase &rewriter, ModuleOp module) {
  FailureOr<SmallVector<ParameterPack>> recorded = getParameterPacks(module);
  if (failed(recorded))
    return failure();
  PackNames names(module, *recorded);
  SmallVector<PackOp> packs;
  module.walk([&](PackOp pack) { packs.push_back(pack); });
  for (PackOp op : packs) {
    SmallVector<ParameterOp> parameters = getFactorParameters(op);
    bool withValues =
        llvm::all_of(parameters, [](ParameterOp p) { return p.getValue().has_value(); });
    bool withoutValues =
        llvm::none_of(parameters, [](ParameterOp p) { return p.getValue().has_value(); });
    if (parameters.empty() || !isa<HostLayoutInterface>(op.getLayout()) ||
        !(withValues || withoutValues))
      continue;
    ParameterPack source{op.getLayout(), {}, {}};
    for (ParameterOp parameter : parameters)
      source.factors.push_back(
          {parameter.getNameAttr(), cast<RankedTensorType>(parameter.getType())});
    SmallVector<RankedTensorType> types = llvm::map_to_vector(
        op.getPacked().getTypes(), [](Type type) { return cast<RankedTensorType>(type); });
    const ParameterPack &pack = names.name(std::move(source), types, withoutValues);
    SmallVector<ElementsAttr> values(types.size());
    if (withValues) {
      FailureOr<SmallVector<ElementsAttr>> packed = packValues(pack, parameters);
      if (failed(packed))
        return failure();
      values = *packed;
    }
    rewriter.setInsertionPoint(op);
    SmallVector<Value> results;
    for (auto [tensor, value] : llvm::zip_equal(pack.packed, values))
      results.push_back(ParameterOp::create(rewriter, parameters.front().getLoc(), tensor.type,
                                            tensor.name, value));
    rewriter.replaceOp(op, results);
    for (ParameterOp parameter : llvm::SmallSetVector<ParameterOp, 3>(llvm::from_range, parameters))
      if (parameter->use_empty())
        rewriter.eraseOp(parameter);
  }
  setParameterPacks(module, names.getRecorded());
  return success();
}
