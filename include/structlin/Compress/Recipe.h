//===- Recipe.h - which layer gets which structure ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A recipe is a YAML file:
//
//     ignore: ["lm_head", "*.embed*"]
//     layers:
//       - match: "encoder.*.fc?"
//         structure: "#structlin.blast<blocks = [4, 4], keep = 0.3>"
//       - match: "decoder.*"
//         format: blast
//         tensors: { B: "{layer}.B", C: "{layer}.C", D: "{layer}.D" }
//     default: "#structlin.low_rank<keep = 0.5>"
//
// An entry with `format` says that the weight is stored in compressed form
// (docs/Spec.md, "Stored formats"). Patterns are globs over layer names: `*` any
// characters, `?` one, `[abc]` one of them, `{fc1,fc2}` alternatives.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_COMPRESS_RECIPE_H
#define STRUCTLIN_COMPRESS_RECIPE_H

#include "mlir/IR/Location.h"
#include "structlin/IR/StructlinAttrs.h"
#include "llvm/Support/GlobPattern.h"

namespace mlir::structlin {

/// A pattern over layer names.
struct LayerPattern {
  /// Owned by the context, since the glob points into it.
  StringAttr text;
  llvm::GlobPattern glob;
  Location location;
  /// Whether it decided about a layer so far.
  bool used = false;
};

struct LayerRule {
  LayerPattern match;
  StructureAttrInterface structure;
};

class Recipe {
public:
  /// Reads a recipe file. What is wrong with it is diagnosed at its line and
  /// column: not a mapping, unknown keys, patterns and structures that do not
  /// parse.
  static FailureOr<Recipe> read(StringRef path, MLIRContext *context);

  /// A recipe that gives every layer the same structure.
  static Recipe uniform(StructureAttrInterface structure);

  /// The structure for a layer: `ignore` first, then the first rule that
  /// matches, then the default; `#structlin.dense` with a reason where none of
  /// them gives one. Notes which pattern decided.
  StructureAttrInterface choose(StringRef layerName, MLIRContext *context);

  /// Warns about each pattern that decided about no layer so far.
  void warnAboutUnusedPatterns() const;

private:
  std::vector<LayerPattern> ignore;
  std::vector<LayerRule> rules;
  StructureAttrInterface defaultStructure;
};

/// The structure written as `text`, such as `#structlin.low_rank<keep = 0.5>`. On
/// failure `why` says what is wrong with it.
FailureOr<StructureAttrInterface> parseStructure(StringRef text, MLIRContext *context,
                                                 std::string &why);

} // namespace mlir::structlin

#endif // STRUCTLIN_COMPRESS_RECIPE_H
