//===- Stored.cpp - #structlin.stored ------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A weight that the checkpoint has in compressed form: the formats, the names of
// their tensors, and the checks that need no checkpoint.
//
//===----------------------------------------------------------------------===//

#include "structlin/IR/StructlinAttrs.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::structlin;

using Role = StoredAttr::Role;

ArrayRef<Role> StoredAttr::getRoles(StoredFormat format) {
  static const Role lowRank[] = {{"U", "{layer}.U"}, {"V", "{layer}.V"}};
  static const Role blast[] = {{"B", "{layer}.B"}, {"C", "{layer}.C"}, {"D", "{layer}.D"}};
  static const Role sparse[] = {{"weight", "{weight}"}};
  static const Role masked[] = {{"weight", "{weight}_orig"}, {"mask", "{weight}_mask"}};
  static const Role oats[] = {{"S", "{layer}.S"}, {"U", "{layer}.U"}, {"V", "{layer}.V"}};
  static const Role peft[] = {{"base", "{layer}.base_layer.weight"},
                              {"lora_A", "{layer}.lora_A.weight"},
                              {"lora_B", "{layer}.lora_B.weight"}};
  switch (format) {
  case StoredFormat::low_rank:
    return lowRank;
  case StoredFormat::blast:
    return blast;
  case StoredFormat::sparse:
    return sparse;
  case StoredFormat::masked:
    return masked;
  case StoredFormat::oats:
    return oats;
  case StoredFormat::peft:
    return peft;
  }
  llvm_unreachable("expected a format");
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// A name as templates have it: `{{` is an opening brace.
static std::string escape(StringRef name) {
  std::string result;
  for (char character : name)
    result += character == '{' ? std::string("{{") : std::string(1, character);
  return result;
}

/// Replaces `{layer}` and `{weight}`; what comes out is a template without them.
/// Fails at any other placeholder, which `bad` then is.
static FailureOr<std::string> expand(StringRef text, StringRef layer, StringRef weight,
                                     StringRef &bad) {
  std::string result;
  while (true) {
    size_t brace = text.find('{');
    result += text.take_front(brace);
    if (brace == StringRef::npos)
      return result;
    text = text.drop_front(brace);
    if (text.consume_front("{{"))
      result += "{{";
    else if (text.consume_front("{layer}"))
      result += escape(layer);
    else if (text.consume_front("{weight}"))
      result += escape(weight);
    else {
      bad = text.take_front(std::min(text.find('}'), text.size() - 1) + 1);
      return failure();
    }
  }
}

StoredAttr StoredAttr::bindNames(StringRef layer, StringRef weight) const {
  SmallVector<NamedAttribute> names;
  for (const Role &role : getRoles(getFormat())) {
    auto given = getTensors() ? getTensors().getAs<StringAttr>(role.name) : StringAttr();
    StringRef bad;
    // The verifier has looked at the placeholders.
    std::string name = *expand(given ? given.getValue() : role.defaultTensor, layer, weight, bad);
    names.emplace_back(StringAttr::get(getContext(), role.name),
                       StringAttr::get(getContext(), name));
  }
  return get(getContext(), getFormat(), DictionaryAttr::get(getContext(), names), getLayout(),
             getBlocks(), getScale(), getExpected(), getOrigin());
}

std::string StoredAttr::getTensorName(StringRef role) const {
  std::string name;
  StringRef text = cast<StringAttr>(getTensors().get(role)).getValue();
  for (; !text.empty(); text = text.drop_front(text.starts_with("{{") ? 2 : 1))
    name += text.front();
  return name;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static LogicalResult verifyTensors(function_ref<InFlightDiagnostic()> emitError,
                                   StoredFormat format, DictionaryAttr tensors) {
  ArrayRef<Role> roles = StoredAttr::getRoles(format);
  for (NamedAttribute entry : tensors) {
    // STO-C1
    if (llvm::none_of(roles, [&](const Role &role) { return role.name == entry.getName(); }))
      return emitError()
             << "expected the tensors of format " << stringifyStoredFormat(format) << " to be "
             << llvm::join(llvm::map_range(roles, [](const Role &role) { return role.name; }), ", ")
             << ", got " << entry.getName().getValue();
    // STO-C2
    auto name = dyn_cast<StringAttr>(entry.getValue());
    if (!name || name.empty())
      return emitError() << "expected the name of tensor " << entry.getName().getValue()
                         << " to be a string that is not empty, got " << entry.getValue();
    StringRef bad;
    if (failed(expand(name.getValue(), "", "", bad)))
      return emitError() << "expected the placeholders of '" << name.getValue()
                         << "' to be {layer} and {weight}, got " << bad;
  }
  return success();
}

LogicalResult StoredAttr::verify(function_ref<InFlightDiagnostic()> emitError, StoredFormat format,
                                 DictionaryAttr tensors, BlastLayout layout,
                                 DenseI64ArrayAttr blocks, Real scale,
                                 StructureAttrInterface expected, LocationAttr) {
  if (tensors && failed(verifyTensors(emitError, format, tensors)))
    return failure();
  // STO-C3
  bool isBlast = format == StoredFormat::blast;
  if (!isBlast && (blocks || layout != BlastLayout::detect))
    return emitError() << "expected " << (blocks ? "blocks" : "a layout")
                       << " only with format blast, got format " << stringifyStoredFormat(format);
  if (blocks && (blocks.size() != 2 ||
                 llvm::any_of(blocks.asArrayRef(), [](int64_t size) { return size <= 0; })))
    return emitError() << "expected blocks to be two positive numbers, got [" << blocks.asArrayRef()
                       << "]";
  // STO-C4
  if ((format == StoredFormat::peft) != bool(scale))
    return emitError() << "expected a scale other than 0 with format peft and only there, got "
                       << (scale ? "one" : "none") << " with format "
                       << stringifyStoredFormat(format);
  if (!std::isfinite(scale.value))
    return emitError() << "expected a finite scale, got " << scale.value;
  // STO-C5
  if (expected && isa<StoredAttr, DenseAttr>(expected))
    return emitError() << "expected the structure of a compressed weight, got " << expected;
  return success();
}

//===----------------------------------------------------------------------===//
// As a structure
//===----------------------------------------------------------------------===//

StringRef StoredAttr::getFamily() const { return getMnemonic(); }

FailureOr<StructureAttrInterface> StoredAttr::resolve(int64_t, int64_t, std::string &) const {
  return StructureAttrInterface(*this);
}

/// As dense, until the tensors are read.
double StoredAttr::getKeep(int64_t, int64_t) const { return 1.0; }

Operation *StoredAttr::buildMatmul(OpBuilder &, Location, Value, ValueRange, Value,
                                   const MatmulAttributes &) const {
  llvm_unreachable("a stored weight gets an operation when its tensors are read");
}
