//===- Report.h - what became of every linear layer -----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The logic of --structlin-report. All it says is in the IR: layers carry their
// structure, their measured error, or why they stayed dense.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_REPORT_H
#define STRUCTLIN_COMPRESS_REPORT_H

#include "mlir/IR/Operation.h"
#include "structlin/IR/StructlinAttrs.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir::structlin {

/// What the report says about one weight.
struct LayerReport {
  /// The layer, and the dense parameter; empty if they have no name.
  std::string name, weight;
  /// What the layer has or, before the fit, is to get. A `DenseAttr` holds the reason
  /// why the layer stays dense, if there is one.
  StructureAttrInterface structure;
  /// The element type of the factors.
  Type type;
  int64_t numOutputs = 0, numInputs = 0;
  /// Stored parameters over those of the dense weight.
  double keep = 1;
  /// As the fit measured it; none for layers that are not fitted.
  std::optional<double> error;
  int64_t parametersAfter = 0;
  /// Tokens of each operation that reads the weight; `ShapedType::kDynamic` where
  /// they are not known.
  SmallVector<int64_t> tokens;

  int64_t parametersBefore() const { return numOutputs * numInputs; }
  /// The tokens of all uses; none if they are dynamic or differ.
  std::optional<int64_t> getNumTokens() const;
  bool isDense() const { return isa<DenseAttr>(Attribute(structure)); }
};

/// A contraction that is not a linear layer.
struct ContractionReport {
  std::string operation, location, function, reason;
};

struct Report {
  std::vector<LayerReport> layers;
  std::vector<ContractionReport> notRaised;
};

/// The report about the linear layers inside `scope`.
Report reportLayers(Operation *scope);

/// With the fields that the description of --structlin-report lists.
llvm::json::Object toJSON(const Report &report);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_REPORT_H
