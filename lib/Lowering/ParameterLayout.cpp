//===- ParameterLayout.cpp - where parameters lie in their buffer ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout as an attribute and back.
//
//===----------------------------------------------------------------------===//

#include "structlin/Lowering/ParameterLayout.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::structlin;

DictionaryAttr ParameterLayout::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<Attribute> entries;
  for (const PlacedParameter &parameter : parameters) {
    NamedAttrList entry;
    entry.set("name", parameter.name);
    entry.set("offset", builder.getI64IntegerAttr(parameter.offset));
    entry.set("type", TypeAttr::get(parameter.type));
    if (parameter.value)
      entry.set("value", parameter.value);
    entries.push_back(entry.getDictionary(context));
  }
  NamedAttrList layout;
  layout.set("parameters", builder.getArrayAttr(entries));
  layout.set("size", builder.getI64IntegerAttr(size));
  return layout.getDictionary(context);
}

static FailureOr<PlacedParameter> parseEntry(Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  if (!entry)
    return failure();
  auto name = entry.getAs<StringAttr>("name");
  auto offset = entry.getAs<IntegerAttr>("offset");
  auto typeAttr = entry.getAs<TypeAttr>("type");
  auto type = typeAttr ? dyn_cast<RankedTensorType>(typeAttr.getValue()) : RankedTensorType();
  if (!name || !offset || !type || !type.hasStaticShape())
    return failure();
  return PlacedParameter{name, type, offset.getInt(), entry.getAs<ElementsAttr>("value")};
}

FailureOr<ParameterLayout> ParameterLayout::fromModule(ModuleOp module) {
  ParameterLayout layout;
  Attribute attribute = module->getAttr(kParameterLayoutAttrName);
  if (!attribute)
    return layout;
  auto dictionary = dyn_cast<DictionaryAttr>(attribute);
  auto size = dictionary ? dictionary.getAs<IntegerAttr>("size") : IntegerAttr();
  auto entries = dictionary ? dictionary.getAs<ArrayAttr>("parameters") : ArrayAttr();
  if (!size || !entries)
    return module.emitError("expected '")
           << kParameterLayoutAttrName << "' to hold 'parameters' and 'size'";
  layout.size = size.getInt();
  for (Attribute entry : entries) {
    FailureOr<PlacedParameter> parameter = parseEntry(entry);
    if (failed(parameter))
      return module.emitError("expected every entry of '")
             << kParameterLayoutAttrName << "' to hold 'name', 'offset' and a static 'type', got "
             << entry;
    layout.parameters.push_back(*parameter);
  }
  return layout;
}
