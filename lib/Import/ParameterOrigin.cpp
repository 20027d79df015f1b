//===- ParameterOrigin.cpp - where parameters came from ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes and reads the attribute structlin.signature.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ParameterOrigin.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::structlin;

// In the order of ParameterOrigin::Kind.
static constexpr StringLiteral kKindNames[] = {"argument", "constant", "resource", "global"};

static DictionaryAttr toAttr(const ParameterOrigin &origin) {
  Builder builder(origin.parameter.getContext());
  NamedAttrList entries;
  entries.append("param", origin.parameter);
  entries.append("from", builder.getStringAttr(kKindNames[unsigned(origin.kind)]));
  if (origin.kind == ParameterOrigin::Kind::Argument) {
    entries.append("index", builder.getI64IntegerAttr(origin.index));
    entries.append("type", TypeAttr::get(origin.type));
    entries.append("attrs", origin.attrs);
  }
  if (origin.key)
    entries.append("key", origin.key);
  return entries.getDictionary(builder.getContext());
}

static std::optional<ParameterOrigin> fromAttr(Attribute attr) {
  auto entries = dyn_cast<DictionaryAttr>(attr);
  if (!entries)
    return std::nullopt;
  auto from = entries.getAs<StringAttr>("from");
  const auto *kind = from ? llvm::find(kKindNames, from.getValue()) : std::end(kKindNames);
  ParameterOrigin origin{};
  origin.parameter = entries.getAs<StringAttr>("param");
  origin.key = entries.getAs<StringAttr>("key");
  if (kind == std::end(kKindNames) || !origin.parameter)
    return std::nullopt;
  origin.kind = ParameterOrigin::Kind(std::distance(std::begin(kKindNames), kind));
  if (origin.kind != ParameterOrigin::Kind::Argument)
    return origin;
  auto index = entries.getAs<IntegerAttr>("index");
  auto type = entries.getAs<TypeAttr>("type");
  origin.attrs = entries.getAs<DictionaryAttr>("attrs");
  if (!index || index.getInt() < 0 || !type || !isa<RankedTensorType>(type.getValue()) ||
      !origin.attrs)
    return std::nullopt;
  origin.index = index.getInt();
  origin.type = type.getValue();
  return origin;
}

void structlin::addParameterOrigins(func::FuncOp function, ArrayRef<ParameterOrigin> origins) {
  if (origins.empty())
    return;
  SmallVector<Attribute> entries;
  if (auto present = function->getAttrOfType<ArrayAttr>(kSignatureAttrName))
    llvm::append_range(entries, present);
  for (const ParameterOrigin &origin : origins)
    if (Attribute entry = toAttr(origin); !llvm::is_contained(entries, entry))
      entries.push_back(entry);
  function->setAttr(kSignatureAttrName, ArrayAttr::get(function.getContext(), entries));
}

// PAR-C5
FailureOr<SmallVector<ParameterOrigin>> structlin::getParameterOrigins(func::FuncOp function) {
  SmallVector<ParameterOrigin> origins;
  Attribute attr = function->getAttr(kSignatureAttrName);
  if (!attr)
    return origins;
  auto entries = dyn_cast<ArrayAttr>(attr);
  if (!entries)
    return function.emitOpError() << "expected '" << kSignatureAttrName << "' to be an array, got "
                                  << attr;
  for (Attribute entry : entries) {
    std::optional<ParameterOrigin> origin = fromAttr(entry);
    if (!origin)
      return function.emitOpError() << "expected entries of '" << kSignatureAttrName
                                    << "' to give a parameter and its origin, got " << entry;
    origins.push_back(*origin);
  }
  return origins;
}
