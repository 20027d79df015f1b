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

/// The name of the parameter that `value` is made from, or "".
static StringRef getParameterName(Value value) {
  std::string why;
  auto parameter = dyn_cast_or_null<ParameterOp>(findRoot(value, why));
  return parameter ? parameter.getName() : "";
}

/// The name of the weight that a product's factors are named after, or "".
static StringRef getWeightName(StructuredMatmulOpInterface op) {
  StringRef name = getParameterName(op.getFactors().front());
  if (isa<LinearOp>(*op))
    return name;
  StringRef factor = op.getFactorInfos().front().name;
  if (name.size() > factor.size() && name.ends_with(factor) &&
      name.drop_back(factor.size()).ends_with("."))
    return name.drop_back(factor.size() + 1);
  return name;
}

/// The structure that the layer has or, before the fit, is to get.
static StructureAttrInterface getStructure(StructuredMatmulOpInterface op) {
  if (auto layer = dyn_cast<LinearOp>(*op))
    if (std::optional<StructureAttrInterface> structure = layer.getStructure())
      return *structure;
  return op.getWeightStructure();
}

std::optional<int64_t> LayerReport::getNumTokens() const {
  if (tokens.empty() || !llvm::all_equal(tokens) || ShapedType::isDynamic(tokens.front()))
    return std::nullopt;
  return tokens.front();
}

static LayerReport describe(StructuredMatmulOpInterface op) {
  LayerReport layer;
  auto fit = op->getAttrOfType<FitAttr>("fit");
  Value first = op.getFactors().front();
  layer.weight = fit ? fit.getWeight().str() : getWeightName(op).str();
  layer.name = op.getLayerAttr() ? op.getLayerAttr().str() : layer.weight;
  layer.structure = getStructure(op);
  layer.type = getElementTypeOrSelf(first.getType());
  layer.numOutputs = fit ? fit.getDenseShape()[0] : op.getNumOutputs();
  layer.numInputs = fit ? fit.getDenseShape()[1] : op.getNumInputs();
  if (fit)
    layer.error = fit.getError().value;
  if (isa<LinearOp>(*op)) {
    // Before the fit a structure may be open; one that does not fit the shape will
    // leave the layer dense.
    std::string why;
    FailureOr<StructureAttrInterface> resolved =
        layer.structure.resolve(layer.numOutputs, layer.numInputs, why);
    if (succeeded(resolved))
      layer.keep = resolved->getKeep(layer.numOutputs, layer.numInputs);
  } else {
    layer.keep = getKeep(op).value_or(1.0);
  }
  // Exact: keep is the number of parameters over that of the dense weight.
  layer.parametersAfter = std::llround(layer.keep * double(layer.parametersBefore()));
  return layer;
}

/// `dense` whatever the reason, so that uses of one dense weight are one entry.
static std::string getStructureText(const LayerReport &layer) {
  return layer.isDense() ? "dense" : printToString(layer.structure);
}

/// The contractions that raising leaves as plain linalg, and why.
static std::vector<ContractionReport> reportContractions(Operation *scope) {
  std::vector<ContractionReport> contractions;
  scope->walk([&](linalg::LinalgOp op) {
    std::string reason = explainNotRaised(op);
    if (!reason.empty())
      contractions.push_back({op->getName().getStringRef().str(), printToString(op.getLoc()),
                              getFunctionName(op).str(), std::move(reason)});
  });
  return contractions;
}

Report mlir::structlin::reportLayers(Operation *scope) {
  // One entry per weight and structure; a layer whose weight has no name stands
  // for itself.
  Report report;
  llvm::StringMap<size_t> entryOf;
  scope->walk([&](StructuredMatmulOpInterface op) {
    if (ShapedType::isDynamic(op.getNumOutputs()) || ShapedType::isDynamic(op.getNumInputs()))
      return;
    LayerReport layer = describe(op);
    size_t index = report.layers.size();
    if (!layer.weight.empty()) {
      std::string key = layer.weight + "\n" + getStructureText(layer);
      index = entryOf.try_emplace(key, index).first->second;
    }
    if (index == report.layers.size())
      report.layers.push_back(std::move(layer));
    report.layers[index].tokens.push_back(op.getNumTokens());
  });
  report.notRaised = reportContractions(scope);
  return report;
}

//===----------------------------------------------------------------------===//
// As JSON
//===----------------------------------------------------------------------===//

template <typename T> static json::Value orNull(const std::optional<T> &value) {
  return value ? json::Value(*value) : json::Value(nullptr);
}

/// A text of the IR, which may hold any bytes. JSON is UTF-8: others are replaced.
static json::Value toText(StringRef text) { return json::fixUTF8(text); }

static json::Object toJSON(const LayerReport &layer) {
  auto dense = dyn_cast<DenseAttr>(Attribute(layer.structure));
  StringAttr reason = dense ? dense.getReason() : StringAttr();
  return json::Object{{"name", toText(layer.name)},
                      {"weight", toText(layer.weight)},
                      {"shape", json::Array{layer.numOutputs, layer.numInputs}},
                      {"dtype", printToString(layer.type)},
                      {"uses", int64_t(layer.tokens.size())},
                      {"m", orNull(layer.getNumTokens())},
                      {"structure", getStructureText(layer)},
                      {"reason", reason ? toText(reason.getValue()) : json::Value(nullptr)},
                      {"keep", layer.keep},
                      {"error", orNull(layer.error)},
                      {"parameters_before", layer.parametersBefore()},
                      {"parameters_after", layer.parametersAfter}};
}

json::Object mlir::structlin::toJSON(const Report &report) {
  json::Array layers, notRaised;
  int64_t numStructured = 0, before = 0, after = 0;
  for (const LayerReport &layer : report.layers) {
    layers.push_back(::toJSON(layer));
    numStructured += !layer.isDense();
    before += layer.parametersBefore();
    after += layer.parametersAfter;
  }
  for (const ContractionReport &contraction : report.notRaised)
    notRaised.push_back(json::Object{{"op", contraction.operation},
                                     {"location", toText(contraction.location)},
                                     {"function", toText(contraction.function)},
                                     {"reason", contraction.reason}});
  int64_t numLayers = layers.size();
  return json::Object{
      {"layers", std::move(layers)},
      {"totals", json::Object{{"layers", numLayers},
                              {"structured", numStructured},
                              {"parameters_before", before},
                              {"parameters_after", after},
                              {"keep", before ? double(after) / double(before) : 1.0}}},
      {"not_raised", std::move(notRaised)}};
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
        << llvm::formatv("{0:2}\n", json::Value(toJSON(reportLayers(getOperation()))));
    if (llvm::Error error = ::structlin::writeTextFile(file, text)) {
      emitError(getOperation().getLoc()) << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }
};
} // namespace
