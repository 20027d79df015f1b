//===- RecipeStored.cpp - entries of a recipe about stored weights -------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From `format: ...` and what belongs to it to #structlin.stored.
//
//===----------------------------------------------------------------------===//

#include "RecipeText.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;
using namespace mlir::structlin::recipe;
namespace json = llvm::json;

/// The case of an enum that `text` names; `last` is the greatest there is.
template <typename EnumT>
static FailureOr<EnumT> readEnum(const Text &text, StringRef what, unsigned last,
                                 std::optional<EnumT> (*parse)(StringRef),
                                 StringRef (*print)(EnumT), Locate locate) {
  if (std::optional<EnumT> value = parse(text.value))
    return *value;
  SmallVector<StringRef> names;
  for (unsigned i = 0; i <= last; ++i)
    names.push_back(print(EnumT(i)));
  return emitError(locate(text)) << "expected the " << what << " to be one of "
                                 << llvm::join(names, ", ") << ", got '" << text.value << "'";
}

/// `16`, `[16]` (which stands in published configurations) or `[16, 16]`.
static FailureOr<DenseI64ArrayAttr> readBlocks(const RuleText &rule, MLIRContext *context,
                                               Locate locate) {
  std::vector<Text> texts = rule.blocks.list;
  if (rule.blocks.one.place)
    texts.push_back(rule.blocks.one);
  if (texts.empty())
    return DenseI64ArrayAttr();
  SmallVector<int64_t> sizes;
  for (const Text &text : texts) {
    int64_t size;
    if (StringRef(text.value).getAsInteger(10, size))
      return emitError(locate(text)) << "expected a number of blocks, got '" << text.value << "'";
    sizes.push_back(size);
  }
  if (sizes.size() == 1)
    sizes.push_back(sizes.front());
  return DenseI64ArrayAttr::get(context, sizes);
}

//===----------------------------------------------------------------------===//
// PEFT's scale
//===----------------------------------------------------------------------===//

/// Whether an adapter says something that one scale for all of its layers does not
/// cover; `why` then is what.
static bool needsMore(const json::Object &config, std::string &why) {
  if (auto type = config.getString("peft_type"); type && *type != "LORA")
    why = ("expected the peft_type LORA, got " + *type).str();
  else if (config.getBoolean("use_dora").value_or(false))
    why = "use_dora is not supported";
  else
    for (StringRef pattern : {"rank_pattern", "alpha_pattern"})
      if (const json::Object *layers = config.getObject(pattern); layers && !layers->empty())
        why = (pattern + " is not supported; write one entry with a scale for each").str();
  return !why.empty();
}

/// The scale in an adapter's configuration: lora_alpha / r or, with use_rslora,
/// lora_alpha / sqrt(r) (PEFT's documentation of LoraConfig).
static FailureOr<double> readScale(StringRef path, std::string &why) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (std::error_code error = buffer.getError()) {
    why = error.message();
    return failure();
  }
  llvm::Expected<json::Value> value = json::parse((*buffer)->getBuffer());
  if (!value) {
    why = llvm::toString(value.takeError());
    return failure();
  }
  const json::Object *config = value->getAsObject();
  if (!config) {
    why = "expected a JSON object";
    return failure();
  }
  if (needsMore(*config, why))
    return failure();
  std::optional<double> alpha = config->getNumber("lora_alpha"), rank = config->getNumber("r");
  if (!alpha || !rank || !(*rank > 0)) {
    why = "expected the numbers 'lora_alpha' and 'r', r above 0";
    return failure();
  }
  bool isRankStabilized = config->getBoolean("use_rslora").value_or(false);
  return *alpha / (isRankStabilized ? std::sqrt(*rank) : *rank);
}

static FailureOr<Real> readScale(const RuleText &rule, StringRef recipe, Locate locate) {
  if (rule.scale && rule.adapterConfig)
    return emitError(locate(*rule.adapterConfig))
           << "expected either 'scale' or 'adapter_config', got both";
  if (rule.adapterConfig) {
    // Relative to the recipe, which may be used from anywhere.
    SmallString<128> path(rule.adapterConfig->value);
    if (llvm::sys::path::is_relative(path)) {
      path = llvm::sys::path::parent_path(recipe);
      llvm::sys::path::append(path, rule.adapterConfig->value);
    }
    std::string why;
    FailureOr<double> scale = readScale(path, why);
    if (failed(scale))
      return emitError(locate(*rule.adapterConfig))
             << "cannot read the adapter's configuration '" << path << "': " << why;
    return Real(*scale);
  }
  double scale = 0;
  if (rule.scale && StringRef(rule.scale->value).getAsDouble(scale, /*AllowInexact=*/true))
    return emitError(locate(*rule.scale))
           << "expected the scale as a number, got '" << rule.scale->value << "'";
  return Real(scale);
}

//===----------------------------------------------------------------------===//
// The attribute
//===----------------------------------------------------------------------===//

FailureOr<StructureAttrInterface> recipe::readStored(const RuleText &rule,
                                                     StructureAttrInterface expected,
                                                     StringRef path, Locate locate) {
  Location origin = locate(*rule.format);
  MLIRContext *context = origin.getContext();
  FailureOr<StoredFormat> format =
      readEnum<StoredFormat>(*rule.format, "format", getMaxEnumValForStoredFormat(),
                             symbolizeStoredFormat, stringifyStoredFormat, locate);
  FailureOr<BlastLayout> layout = BlastLayout::detect;
  if (rule.layout)
    layout = readEnum<BlastLayout>(*rule.layout, "layout", getMaxEnumValForBlastLayout(),
                                   symbolizeBlastLayout, stringifyBlastLayout, locate);
  FailureOr<DenseI64ArrayAttr> blocks = readBlocks(rule, context, locate);
  FailureOr<Real> scale = readScale(rule, path, locate);
  if (failed(format) || failed(layout) || failed(blocks) || failed(scale))
    return failure();

  SmallVector<NamedAttribute> tensors;
  for (const auto &[role, name] : rule.tensors.names)
    tensors.emplace_back(StringAttr::get(context, role), StringAttr::get(context, name.value));
  DictionaryAttr names;
  if (!tensors.empty())
    names = DictionaryAttr::get(context, tensors);
  auto stored = StoredAttr::getChecked([&] { return emitError(origin); }, context, *format, names,
                                       *layout, *blocks, *scale, expected, LocationAttr(origin));
  if (!stored)
    return failure();
  return StructureAttrInterface(stored);
}
