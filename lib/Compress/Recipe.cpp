//===- Recipe.cpp - which layer gets which structure ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads recipes through LLVM's YAML traits into plain strings, whose places in the
// file are kept, then parses patterns and structures and diagnoses them there.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/Recipe.h"
#include "RecipeText.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::structlin::recipe;

//===----------------------------------------------------------------------===//
// The file's own structure
//===----------------------------------------------------------------------===//

namespace {
struct RecipeText {
  std::vector<Text> ignore;
  std::vector<RuleText> layers;
  std::optional<Text> defaultStructure;
};
} // namespace

LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(Text)
LLVM_YAML_IS_SEQUENCE_VECTOR(RuleText)

template <> struct llvm::yaml::ScalarTraits<Text> {
  static void output(const Text &text, void *, raw_ostream &os) { os << text.value; }
  static StringRef input(StringRef scalar, void *, Text &text) {
    text = {scalar.str(), scalar.data()};
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::Double; }
};

template <> struct llvm::yaml::CustomMappingTraits<TensorNames> {
  static void inputOne(IO &io, StringRef role, TensorNames &tensors) {
    tensors.names.emplace_back(role.str(), Text());
    io.mapRequired(role.str().c_str(), tensors.names.back().second);
  }
  static void output(IO &, TensorNames &) {}
};

template <> struct llvm::yaml::MappingTraits<NoMapping> {
  static void mapping(IO &io, NoMapping &) { io.setError("expected a number or a list of them"); }
};

template <> struct llvm::yaml::PolymorphicTraits<Sizes> {
  static NodeKind getKind(const Sizes &sizes) {
    return sizes.list.empty() ? NodeKind::Scalar : NodeKind::Sequence;
  }
  static Text &getAsScalar(Sizes &sizes) { return sizes.one; }
  static std::vector<Text> &getAsSequence(Sizes &sizes) { return sizes.list; }
  static NoMapping &getAsMap(Sizes &sizes) { return sizes.none; }
};

template <> struct llvm::yaml::MappingTraits<RuleText> {
  static void mapping(IO &io, RuleText &rule) {
    io.mapRequired("match", rule.match);
    io.mapOptional("structure", rule.structure);
    io.mapOptional("format", rule.format);
    io.mapOptional("tensors", rule.tensors);
    io.mapOptional("layout", rule.layout);
    io.mapOptional("blocks", rule.blocks);
    io.mapOptional("scale", rule.scale);
    io.mapOptional("adapter_config", rule.adapterConfig);
  }
};

template <> struct llvm::yaml::MappingTraits<RecipeText> {
  static void mapping(IO &io, RecipeText &recipe) {
    io.mapOptional("ignore", recipe.ignore);
    io.mapOptional("layers", recipe.layers);
    io.mapOptional("default", recipe.defaultStructure);
  }
};

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Sends a YAML diagnostic to the context in `context`.
static void forwardDiagnostic(const llvm::SMDiagnostic &diagnostic, void *context) {
  auto location = FileLineColLoc::get(static_cast<MLIRContext *>(context), diagnostic.getFilename(),
                                      diagnostic.getLineNo(), diagnostic.getColumnNo() + 1);
  emitError(location) << diagnostic.getMessage();
}

/// The line and column of `place` in the buffer, or the buffer's begin for a
/// scalar that was rewritten (one with escapes).
static Location getLocation(const llvm::MemoryBuffer &buffer, const char *place,
                            MLIRContext *context) {
  StringRef text = buffer.getBuffer();
  unsigned line = 1, column = 1;
  if (place >= text.begin() && place <= text.end()) {
    StringRef before = text.take_front(place - text.begin());
    line += before.count('\n');
    column = before.size() - (before.rfind('\n') + 1) + 1;
  }
  return FileLineColLoc::get(context, buffer.getBufferIdentifier(), line, column);
}

static FailureOr<LayerPattern> readPattern(const Text &text, Location location) {
  auto owned = StringAttr::get(location.getContext(), text.value);
  llvm::Expected<llvm::GlobPattern> glob =
      llvm::GlobPattern::create(owned.getValue(), /*MaxSubPatterns=*/1024);
  if (!glob)
    return emitError(location) << "invalid pattern '" << text.value
                               << "': " << llvm::toString(glob.takeError());
  return LayerPattern{owned, std::move(*glob), location};
}

static FailureOr<StructureAttrInterface> readStructure(const Text &text, Location location) {
  std::string why;
  FailureOr<StructureAttrInterface> structure =
      parseStructure(text.value, location.getContext(), why);
  if (failed(structure))
    return emitError(location) << "invalid structure '" << text.value << "': " << why;
  return structure;
}

/// What a rule gives to its layers.
static FailureOr<StructureAttrInterface> readRuleStructure(const RuleText &rule, StringRef path,
                                                           Locate locate) {
  FailureOr<StructureAttrInterface> structure = StructureAttrInterface();
  if (rule.structure)
    structure = readStructure(*rule.structure, locate(*rule.structure));
  if (failed(structure))
    return failure();
  if (rule.format)
    return readStored(rule, *structure, path, locate);
  if (!rule.structure)
    return emitError(locate(rule.match)) << "expected 'structure' or 'format' beside 'match'";
  if (!rule.tensors.names.empty() || rule.layout || rule.scale || rule.adapterConfig ||
      rule.blocks.one.place || !rule.blocks.list.empty())
    return emitError(locate(rule.match))
           << "expected 'format' beside 'tensors', 'layout', 'blocks', 'scale' and "
              "'adapter_config', which say how a weight is stored";
  return structure;
}

FailureOr<Recipe> Recipe::read(StringRef path, MLIRContext *context) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (std::error_code error = buffer.getError())
    return emitError(FileLineColLoc::get(context, path, 0, 0))
           << "cannot read the recipe: " << error.message();

  RecipeText text;
  llvm::yaml::Input input((*buffer)->getMemBufferRef(), nullptr, forwardDiagnostic, context);
  input >> text;
  if (input.error())
    return failure();
  if (text.ignore.empty() && text.layers.empty() && !text.defaultStructure)
    return emitError(FileLineColLoc::get(context, path, 1, 1))
           << "expected a recipe with 'ignore', 'layers' or 'default', got none of them";

  Recipe recipe;
  auto locate = [&](const Text &scalar) { return getLocation(**buffer, scalar.place, context); };
  for (const Text &entry : text.ignore) {
    FailureOr<LayerPattern> pattern = readPattern(entry, locate(entry));
    if (failed(pattern))
      return failure();
    recipe.ignore.push_back(std::move(*pattern));
  }
  for (const RuleText &rule : text.layers) {
    FailureOr<LayerPattern> pattern = readPattern(rule.match, locate(rule.match));
    FailureOr<StructureAttrInterface> structure = readRuleStructure(rule, path, locate);
    if (failed(pattern) || failed(structure))
      return failure();
    recipe.rules.push_back({std::move(*pattern), *structure});
  }
  if (text.defaultStructure) {
    FailureOr<StructureAttrInterface> structure =
        readStructure(*text.defaultStructure, locate(*text.defaultStructure));
    if (failed(structure))
      return failure();
    recipe.defaultStructure = *structure;
  }
  return recipe;
}

FailureOr<StructureAttrInterface>
mlir::structlin::parseStructure(StringRef text, MLIRContext *context, std::string &why) {
  Attribute attribute;
  {
    // The parser's own location is inside `text`; the caller has a better one.
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (why.empty())
        why = diagnostic.str();
      return success();
    });
    attribute = parseAttribute(text, context);
  }
  if (!attribute && why.empty())
    why = "expected an attribute";
  if (!attribute)
    return failure();
  auto structure = dyn_cast<StructureAttrInterface>(attribute);
  if (!structure) {
    why = "expected a structure, such as #structlin.low_rank<keep = 0.5>";
    return failure();
  }
  return structure;
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

Recipe Recipe::uniform(StructureAttrInterface structure) {
  Recipe recipe;
  recipe.defaultStructure = structure;
  return recipe;
}

StructureAttrInterface Recipe::choose(StringRef layerName, MLIRContext *context) {
  auto dense = [&](const Twine &reason) {
    return cast<StructureAttrInterface>(
        Attribute(DenseAttr::get(context, StringAttr::get(context, reason))));
  };
  auto matches = [&](LayerPattern &pattern) {
    bool match = pattern.glob.match(layerName);
    pattern.used |= match;
    return match;
  };
  for (LayerPattern &pattern : ignore)
    if (matches(pattern))
      return dense("ignored by pattern '" + pattern.text.getValue() + "' of the recipe");
  for (LayerRule &rule : rules)
    if (matches(rule.match))
      return rule.structure;
  return defaultStructure ? defaultStructure : dense("no pattern of the recipe matches it");
}

void Recipe::warnAboutUnusedPatterns() const {
  auto check = [](const LayerPattern &pattern) {
    if (!pattern.used)
      emitWarning(pattern.location)
          << "pattern '" << pattern.text.getValue() << "' applies to no layer";
  };
  llvm::for_each(ignore, check);
  for (const LayerRule &rule : rules)
    check(rule.match);
}
