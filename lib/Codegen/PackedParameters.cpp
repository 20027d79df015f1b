//===- PackedParameters.cpp - parameters that are packs of others ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Codegen/PackedParameters.h"
#include "PackValues.h"
#include "structlin/Host/HostAttr.h"

using namespace mlir;
using namespace mlir::structlin;
using llvm::Expected;
using ::structlin::ParameterSource;

//===----------------------------------------------------------------------===//
// Record
//===----------------------------------------------------------------------===//

static Attribute toAttribute(Builder &builder, const NamedTensor &tensor) {
  return builder.getDictionaryAttr({builder.getNamedAttr("name", tensor.name),
                                    builder.getNamedAttr("type", TypeAttr::get(tensor.type))});
}

static LogicalResult parseTensors(DictionaryAttr entry, StringRef key,
                                  SmallVectorImpl<NamedTensor> &tensors) {
  auto array = entry.getAs<ArrayAttr>(key);
  if (!array || array.empty())
    return failure();
  for (Attribute attribute : array) {
    auto tensor = dyn_cast<DictionaryAttr>(attribute);
    auto name = tensor ? tensor.getAs<StringAttr>("name") : StringAttr();
    auto typeAttr = tensor ? tensor.getAs<TypeAttr>("type") : TypeAttr();
    auto type = typeAttr ? dyn_cast<RankedTensorType>(typeAttr.getValue()) : RankedTensorType();
    if (!name || !type || !type.hasStaticShape())
      return failure();
    tensors.push_back({name, type});
  }
  return success();
}

static FailureOr<ParameterPack> parsePack(Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto layout = entry ? entry.getAs<LayoutAttrInterface>("layout") : LayoutAttrInterface();
  ParameterPack pack{layout, {}, {}};
  if (!layout || failed(parseTensors(entry, "factors", pack.factors)) ||
      failed(parseTensors(entry, "packed", pack.packed)))
    return failure();
  std::string why;
  auto types = layout.getPackedTypes(
      llvm::map_to_vector(pack.factors, [](const NamedTensor &t) { return t.type; }), why);
  if (failed(types) || !llvm::equal(*types, llvm::map_range(pack.packed, [](const NamedTensor &t) {
        return t.type;
      })))
    return failure();
  return pack;
}

FailureOr<SmallVector<ParameterPack>> mlir::structlin::getParameterPacks(ModuleOp module) {
  SmallVector<ParameterPack> packs;
  Attribute attribute = module->getAttr(kPackedParametersAttrName);
  if (!attribute)
    return packs;
  auto array = dyn_cast<ArrayAttr>(attribute);
  if (!array)
    return module.emitError("expected '") << kPackedParametersAttrName << "' to be an array";
  for (Attribute entry : array) {
    FailureOr<ParameterPack> pack = parsePack(entry);
    // PKP-C1
    if (failed(pack))
      return module.emitError("expected every entry of '")
             << kPackedParametersAttrName
             << "' to hold a 'layout', 'factors', and what it packs them to as 'packed', got "
             << entry;
    packs.push_back(*pack);
  }
  return packs;
}

void mlir::structlin::setParameterPacks(ModuleOp module, ArrayRef<ParameterPack> packs) {
  if (packs.empty()) {
    module->removeAttr(kPackedParametersAttrName);
    return;
  }
  Builder builder(module.getContext());
  SmallVector<Attribute> entries;
  for (const ParameterPack &pack : packs) {
    auto toArray = [&](ArrayRef<NamedTensor> tensors) {
      return builder.getArrayAttr(llvm::map_to_vector(
          tensors, [&](const NamedTensor &tensor) { return toAttribute(builder, tensor); }));
    };
    entries.push_back(
        builder.getDictionaryAttr({builder.getNamedAttr("factors", toArray(pack.factors)),
                                   builder.getNamedAttr("layout", pack.layout),
                                   builder.getNamedAttr("packed", toArray(pack.packed))}));
  }
  module->setAttr(kPackedParametersAttrName, builder.getArrayAttr(entries));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Expected<std::vector<HostTensor>> mlir::structlin::readFactors(const ParameterPack &pack,
                                                               ParameterSource &source) {
  std::vector<HostTensor> factors;
  for (const NamedTensor &factor : pack.factors) {
    std::optional<ElementType> element = getHostElementType(factor.type.getElementType());
    if (!element)
      return llvm::createStringError("parameter '" + factor.name.getValue() +
                                     "': its element type is not one that files hold");
    Expected<HostTensor> tensor = source.lookup(factor.name, *element, factor.type.getShape());
    if (!tensor)
      return tensor.takeError();
    factors.push_back(*tensor);
  }
  return factors;
}

llvm::Error mlir::structlin::packTo(const ParameterPack &pack, ArrayRef<HostTensor> factors,
                                    ::structlin::PackSink sink) {
  auto layout = dyn_cast<HostLayoutInterface>(pack.layout);
  if (!layout)
    return llvm::createStringError("parameter '" + pack.packed[0].name.getValue() +
                                   "': its layout packs no arrays");
  if (llvm::Error error = layout.packTensors(factors, sink))
    return llvm::createStringError("cannot pack parameter '" + pack.factors[0].name.getValue() +
                                   "': " + llvm::toString(std::move(error)));
  return llvm::Error::success();
}

Expected<std::vector<HostTensor>> mlir::structlin::packInMemory(const ParameterPack &pack,
                                                                ArrayRef<HostTensor> factors) {
  std::vector<HostTensor> packed;
  for (const NamedTensor &tensor : pack.packed)
    packed.push_back(HostTensor::allocate(*getHostElementType(tensor.type.getElementType()),
                                          tensor.type.getShape()));
  auto sink = [&](unsigned tensor, uint64_t offset, ArrayRef<char> bytes) {
    llvm::copy(bytes, packed[tensor].mutableBytes().begin() + offset);
    return llvm::Error::success();
  };
  if (llvm::Error error = packTo(pack, factors, sink))
    return std::move(error);
  return packed;
}

namespace {
class PackedParameters : public ParameterSource {
public:
  PackedParameters(ArrayRef<ParameterPack> packs, std::unique_ptr<ParameterSource> source)
      : packs(packs), source(std::move(source)) {
    for (auto [number, pack] : llvm::enumerate(packs))
      for (auto [index, tensor] : llvm::enumerate(pack.packed))
        placeOf[tensor.name.getValue()] = {number, index};
  }

  Expected<HostTensor> lookup(StringRef name, ElementType expectedType,
                              ArrayRef<int64_t> expectedShape) override {
    if (!placeOf.contains(name))
      return source->lookup(name, expectedType, expectedShape);
    Expected<HostTensor> tensor = read(name);
    if (tensor && (tensor->type() != expectedType || tensor->shape() != expectedShape))
      return llvm::createStringError("parameter '" + name + "': expected " +
                                     ::structlin::formatType(expectedType, expectedShape) +
                                     ", got " +
                                     ::structlin::formatType(tensor->type(), tensor->shape()));
    return tensor;
  }

  Expected<HostTensor> read(StringRef name) override {
    auto place = placeOf.find(name);
    if (place == placeOf.end())
      return source->read(name);
    auto [number, index] = place->second;
    // The tensors of one pack are mostly asked for one after the other.
    if (current != number) {
      tensors.clear();
      current = packs.size();
      Expected<std::vector<HostTensor>> factors = readFactors(packs[number], *source);
      if (!factors)
        return factors.takeError();
      Expected<std::vector<HostTensor>> packed = packInMemory(packs[number], *factors);
      if (!packed)
        return packed.takeError();
      for (const HostTensor &factor : *factors)
        factor.releasePages();
      tensors = std::move(*packed);
      current = number;
    }
    HostTensor tensor = tensors[index];
    if (tensors.size() == 1) {
      tensors.clear();
      current = packs.size();
    }
    return tensor;
  }

  std::string storedName(StringRef name) const override {
    return placeOf.contains(name) ? name.str() : source->storedName(name);
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> names = source->names();
    if (names.empty())
      return names;
    for (const auto &entry : placeOf)
      names.push_back(entry.first().str());
    llvm::sort(names);
    return names;
  }

private:
  SmallVector<ParameterPack> packs;
  std::unique_ptr<ParameterSource> source;
  /// Number of the pack, and of the tensor in it.
  llvm::StringMap<std::pair<size_t, size_t>> placeOf;
  /// The pack that was asked for last, and its tensors.
  size_t current = packs.size();
  std::vector<HostTensor> tensors;
};
} // namespace

FailureOr<std::unique_ptr<ParameterSource>>
mlir::structlin::createPackedParameters(ModuleOp module, std::unique_ptr<ParameterSource> source) {
  FailureOr<SmallVector<ParameterPack>> packs = getParameterPacks(module);
  if (failed(packs))
    return failure();
  return std::unique_ptr<ParameterSource>(new PackedParameters(*packs, std::move(source)));
}
