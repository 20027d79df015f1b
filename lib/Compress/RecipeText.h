//===- RecipeText.h - the text of a recipe -------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a recipe's YAML says, as strings that know where they stand in the file, and
// how the entries about stored weights become attributes.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_COMPRESS_RECIPETEXT_H
#define STRUCTLIN_LIB_COMPRESS_RECIPETEXT_H

#include "structlin/IR/StructlinAttrs.h"
#include "llvm/Support/YAMLTraits.h"

namespace mlir::structlin::recipe {

/// A scalar with the place where it was read.
struct Text {
  std::string value;
  const char *place = nullptr;
};

/// Names of tensors by their role, in the order of the file.
struct TensorNames {
  std::vector<std::pair<std::string, Text>> names;
};

/// What is refused; polymorphic values of YAML want a type for mappings.
struct NoMapping {};

/// One number, or a list of them.
struct Sizes {
  Text one;
  std::vector<Text> list;
  NoMapping none;
};

struct RuleText {
  Text match;
  std::optional<Text> structure, format, layout, scale, adapterConfig;
  TensorNames tensors;
  Sizes blocks;
};

/// The location of a place in the file.
using Locate = llvm::function_ref<Location(const Text &)>;

/// The attribute of a rule that has a format; `expected` is its structure, or null.
/// What is wrong is diagnosed where it stands in the recipe at `path`.
FailureOr<StructureAttrInterface> readStored(const RuleText &rule, StructureAttrInterface expected,
                                             StringRef path, Locate locate);

} // namespace mlir::structlin::recipe

#endif // STRUCTLIN_LIB_COMPRESS_RECIPETEXT_H
