//===- WeightGroups.cpp - layers that share a weight ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Groups by the root's name first, so that only candidates are compared.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/WeightGroups.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "structlin/Compress/HostEval.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::structlin;

std::string WeightGroup::getWeightName() const {
  if (auto parameter = dyn_cast_or_null<ParameterOp>(root))
    return parameter.getName().str();
  StringRef layer = getLayerName(layers.front());
  return layer.empty() ? "weight" : layer.str();
}

SmallVector<WeightGroup> mlir::structlin::groupLayersByWeight(ArrayRef<LinearOp> layers) {
  SmallVector<WeightGroup> groups;
  llvm::StringMap<SmallVector<size_t>> groupsOfName;
  for (LinearOp layer : layers) {
    WeightGroup candidate;
    candidate.layers = {layer};
    candidate.root = findRoot(layer.getWeight(), candidate.whyNoRoot);
    SmallVector<size_t> &sameName = groupsOfName[candidate.getWeightName()];
    const auto *known = llvm::find_if(sameName, [&](size_t index) {
      return isSameTensor(groups[index].getWeight(), layer.getWeight());
    });
    if (known != sameName.end()) {
      groups[*known].layers.push_back(layer);
      continue;
    }
    sameName.push_back(groups.size());
    groups.push_back(std::move(candidate));
  }
  return groups;
}

SmallVector<WeightGroup> mlir::structlin::groupLayersByWeight(Operation *scope) {
  SmallVector<LinearOp> layers;
  scope->walk([&](LinearOp layer) { layers.push_back(layer); });
  return groupLayersByWeight(layers);
}

StringRef mlir::structlin::getLayerName(LinearOp layer) {
  if (std::optional<StringRef> name = layer.getLayer())
    return *name;
  std::string why;
  if (auto parameter = dyn_cast_or_null<ParameterOp>(findRoot(layer.getWeight(), why)))
    return parameter.getName();
  return "";
}

StringRef mlir::structlin::getFunctionName(Operation *op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return function ? function.getName() : "";
}

void mlir::structlin::keepDense(LinearOp layer, StringRef pass, const Twine &reason) {
  MLIRContext *context = layer.getContext();
  auto text = StringAttr::get(context, reason);
  layer.setStructureAttr(cast<StructureAttrInterface>(Attribute(DenseAttr::get(context, text))));
  remark::missed(
      layer.getLoc(),
      remark::RemarkOpts::name("StaysDense").category(pass).function(getFunctionName(layer)))
      << remark::metric("layer", getLayerName(layer))
      << remark::reason("{0}", text.getValue().str());
}
