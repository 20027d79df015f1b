//===- Assign.cpp - a structure for every linear layer --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asks the recipe by the layer's name and closes its answer for the shape.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/Assign.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "structlin/Compress/Passes.h"
#include "structlin/Compress/WeightGroups.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_ASSIGNSTRUCTURES
#include "structlin/Compress/Passes.h.inc"
} // namespace mlir::structlin

static constexpr StringLiteral kPassName = "structlin-assign";

static remark::RemarkOpts remarkOptions(StringRef name, LinearOp layer) {
  return remark::RemarkOpts::name(name).category(kPassName).function(getFunctionName(layer));
}

FailureOr<StructureAttrInterface> mlir::structlin::fitToShape(StructureAttrInterface structure,
                                                              LinearOp layer,
                                                              const AssignOptions &options,
                                                              std::string &why) {
  auto type = cast<ShapedType>(layer.getWeight().getType());
  if (!isa<RankedTensorType>(type) || !type.hasStaticShape()) {
    llvm::raw_string_ostream(why) << "expected the weight as a tensor of static shape, got "
                                  << type;
    return failure();
  }
  // A stored weight has the structure that it is stored in, whatever its size.
  if (isa<StoredAttr>(structure))
    return structure;
  int64_t numOutputs = type.getDimSize(0), numInputs = type.getDimSize(1);
  if (type.getNumElements() < options.minParameters) {
    why = llvm::formatv("{0} parameters are fewer than {1}", type.getNumElements(),
                        options.minParameters);
    return failure();
  }
  FailureOr<StructureAttrInterface> resolved = structure.resolve(numOutputs, numInputs, why);
  if (failed(resolved))
    return failure();
  double keep = resolved->getKeep(numOutputs, numInputs);
  if (keep >= 1) {
    why = llvm::formatv("{0} stores {1:f3} times the dense parameters", printToString(*resolved),
                        keep);
    return failure();
  }
  return resolved;
}

void mlir::structlin::setLayerStructure(LinearOp layer, StructureAttrInterface structure) {
  // A dense choice is an answer of its own; without a reason it was asked for.
  if (auto dense = dyn_cast<DenseAttr>(structure)) {
    StringAttr reason = dense.getReason();
    return keepDense(layer, kPassName, reason ? reason.getValue() : "chosen by the recipe");
  }
  layer.setStructureAttr(structure);
  remark::passed(layer.getLoc(), remarkOptions("Assigned", layer))
      << remark::metric("layer", getLayerName(layer))
      << remark::metric("structure", printToString(structure));
}

/// Gives one layer its structure.
static void assign(LinearOp layer, StructureAttrInterface choice, const AssignOptions &options) {
  if (isa<DenseAttr>(choice))
    return setLayerStructure(layer, choice);
  std::string why;
  FailureOr<StructureAttrInterface> structure = fitToShape(choice, layer, options, why);
  if (failed(structure))
    return keepDense(layer, kPassName, why);
  setLayerStructure(layer, *structure);
}

void mlir::structlin::assignStructures(Operation *scope, Recipe &recipe,
                                       const AssignOptions &options) {
  for (WeightGroup &group : groupLayersByWeight(scope)) {
    LinearOp first = group.layers.front();
    StructureAttrInterface choice = recipe.choose(getLayerName(first), scope->getContext());
    // The tensors of a stored weight are named after the first layer, too.
    StructureAttrInterface named = choice;
    if (auto stored = dyn_cast<StoredAttr>(choice))
      named = stored.bindNames(getLayerName(first), group.getWeightName());
    for (LinearOp layer : group.layers) {
      StructureAttrInterface own = recipe.choose(getLayerName(layer), scope->getContext());
      if (own != choice && !(isa<DenseAttr>(own) && isa<DenseAttr>(choice)))
        remark::missed(layer.getLoc(), remarkOptions("TiedWeight", layer))
            << remark::metric("layer", getLayerName(layer))
            << remark::reason("{0} is not applied: the weight is shared with layer {1}, which "
                              "comes first and gets {2}",
                              printToString(own), getLayerName(first).str(), printToString(choice));
      assign(layer, named, options);
    }
  }
}

namespace {
struct AssignStructures : mlir::structlin::impl::AssignStructuresBase<AssignStructures> {
  using AssignStructuresBase::AssignStructuresBase;

  FailureOr<Recipe> getRecipe() {
    Location location = UnknownLoc::get(&getContext());
    if (recipe.empty() == structure.empty())
      return emitError(location) << "expected exactly one of the options 'recipe' and 'structure'";
    if (!recipe.empty())
      return Recipe::read(recipe, &getContext());
    std::string why;
    FailureOr<StructureAttrInterface> parsed = parseStructure(structure, &getContext(), why);
    if (failed(parsed))
      return emitError(location) << "invalid structure '" << structure << "': " << why;
    return Recipe::uniform(*parsed);
  }

  void runOnOperation() override {
    FailureOr<Recipe> chosen = getRecipe();
    if (failed(chosen))
      return signalPassFailure();
    assignStructures(getOperation(), *chosen, AssignOptions{minParameters});
    chosen->warnAboutUnusedPatterns();
  }
};
} // namespace
