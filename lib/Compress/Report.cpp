//===- Report.cpp - what became of every linear layer ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects one entry per weight from the structured products of a module.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/Report.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "structlin/Archive/TextFile.h"
#include "structlin/Compress/HostEval.h"
#include "structlin/Compress/Passes.h"
#include "structlin/Compress/WeightGroups.h"
#include "structlin/Import/RaiseToLinear.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_REPORTLAYERS
#include "structlin/Compress/Passes.h.inc"
} // namespace mlir::structlin

namespace json = llvm::json;

namespace {
/// What the report says about one weight.
struct LayerEntry {
  std::string name, weight, structure, dtype;
  std::optional<std::string> reason;
  int64_t numOutputs = 0, numInputs = 0;
  double keep = 1;
  std::optional<double> error;
  int64_t parametersAfter = 0;
  /// Tokens of each operation that reads the weight.
  SmallVector<int64_t> tokens;

  int64_t parametersBefore() const { return numOutputs * numInputs; }
  bool isDense() const { return structure == "dense"; }
};
} // namespace

/// The name of the parameter that `value` is made from, or "".
static StringRef getParameterName(Value value) {
  std::string why;
  auto parameter = dyn_cast_or_null<ParameterOp>(findRoot(value, why));
  return parameter ? parameter.getName() : "";
}

/// The structure that the layer has or, before the fit, is to get.
static StructureAttrInterface getStructure(StructuredMatmulOpInterface op) {
  if (auto layer = dyn_cast<LinearOp>(*op))
    if (std::optional<StructureAttrInterface> structure = layer.getStructure())
      return *structure;
  return op.getWeightStructure();
}

static LayerEntry describe(StructuredMatmulOpInterface op) {
  LayerEntry entry;
  auto fit = op->getAttrOfType<FitAttr>("fit");
  Value first = op.getFactors().front();
  entry.weight = fit ? fit.getWeight().str() : getParameterName(first).str();
  entry.name = op.getLayerAttr() ? op.getLayerAttr().str() : entry.weight;
  entry.numOutputs = fit ? fit.getDenseShape()[0] : op.getNumOutputs();
  entry.numInputs = fit ? fit.getDenseShape()[1] : op.getNumInputs();
  llvm::raw_string_ostream(entry.dtype) << getElementTypeOrSelf(first.getType());
  if (fit)
    entry.error = fit.getError().value;

  StructureAttrInterface structure = getStructure(op);
  if (auto dense = dyn_cast<DenseAttr>(structure)) {
    entry.structure = "dense";
    if (dense.getReason())
      entry.reason = dense.getReason().str();
    entry.parametersAfter = entry.parametersBefore();
  } else {
    entry.structure = printToString(structure);
    entry.keep = structure.getKeep(entry.numOutputs, entry.numInputs);
    // Exact: keep is the number of parameters over that of the dense weight.
    entry.parametersAfter = std::llround(entry.keep * double(entry.parametersBefore()));
  }
  return entry;
}

static json::Value toJSON(const LayerEntry &entry) {
  bool isUniform = llvm::all_equal(entry.tokens);
  bool isDynamic = ShapedType::isDynamic(entry.tokens.front());
  return json::Object{
      {"name", entry.name},
      {"weight", entry.weight},
      {"shape", json::Array{entry.numOutputs, entry.numInputs}},
      {"dtype", entry.dtype},
      {"uses", int64_t(entry.tokens.size())},
      {"m", isUniform && !isDynamic ? json::Value(entry.tokens.front()) : json::Value(nullptr)},
      {"structure", entry.structure},
      {"reason", entry.reason ? json::Value(*entry.reason) : json::Value(nullptr)},
      {"keep", entry.keep},
      {"error", entry.error ? json::Value(*entry.error) : json::Value(nullptr)},
      {"parameters_before", entry.parametersBefore()},
      {"parameters_after", entry.parametersAfter}};
}

/// The contractions that raising leaves as plain linalg, and why.
static json::Array reportContractions(Operation *scope) {
  json::Array contractions;
  scope->walk([&](linalg::LinalgOp op) {
    std::string reason = explainNotRaised(op);
    if (!reason.empty())
      contractions.push_back(json::Object{{"op", op->getName().getStringRef()},
                                          {"location", printToString(op.getLoc())},
                                          {"function", getFunctionName(op)},
                                          {"reason", reason}});
  });
  return contractions;
}

json::Object mlir::structlin::reportLayers(Operation *scope) {
  // One entry per weight and structure; a layer whose weight has no name stands
  // for itself.
  std::vector<LayerEntry> entries;
  llvm::StringMap<size_t> entryOf;
  scope->walk([&](StructuredMatmulOpInterface op) {
    if (ShapedType::isDynamic(op.getNumOutputs()) || ShapedType::isDynamic(op.getNumInputs()))
      return;
    LayerEntry entry = describe(op);
    size_t index = entries.size();
    if (!entry.weight.empty())
      index = entryOf.try_emplace(entry.weight + "\n" + entry.structure, index).first->second;
    if (index == entries.size())
      entries.push_back(std::move(entry));
    entries[index].tokens.push_back(op.getNumTokens());
  });

  json::Array layers;
  int64_t numStructured = 0, before = 0, after = 0;
  for (const LayerEntry &entry : entries) {
    layers.push_back(toJSON(entry));
    numStructured += !entry.isDense();
    before += entry.parametersBefore();
    after += entry.parametersAfter;
  }
  int64_t numLayers = layers.size();
  return json::Object{
      {"layers", std::move(layers)},
      {"totals", json::Object{{"layers", numLayers},
                              {"structured", numStructured},
                              {"parameters_before", before},
                              {"parameters_after", after},
                              {"keep", before ? double(after) / double(before) : 1.0}}},
      {"not_raised", reportContractions(scope)}};
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct ReportLayers : mlir::structlin::impl::ReportLayersBase<ReportLayers> {
  using ReportLayersBase::ReportLayersBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (file.empty()) {
      emitError(getOperation().getLoc()) << "expected the option 'file'";
      return signalPassFailure();
    }
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::formatv("{0:2}\n", json::Value(reportLayers(getOperation())));
    if (llvm::Error error = ::structlin::writeTextFile(file, text)) {
      emitError(getOperation().getLoc()) << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }
};
} // namespace
