//===- HostAttr.cpp - tensors in host memory and in attributes ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and makes dense and resource attributes.
//
//===----------------------------------------------------------------------===//

#include "structlin/Host/HostAttr.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;

std::optional<ElementType> mlir::structlin::getHostElementType(Type type) {
  if (type.isIndex())
    return ElementType::I64;
  for (ElementType candidate : ::structlin::allElementTypes())
    if (getIRElementType(type.getContext(), candidate) == type)
      return candidate;
  return std::nullopt;
}

Type mlir::structlin::getIRElementType(MLIRContext *context, ElementType type) {
  auto integer = [&](unsigned width, bool isUnsigned = false) -> Type {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  };
  switch (type) {
  case ElementType::F64:
    return Float64Type::get(context);
  case ElementType::F32:
    return Float32Type::get(context);
  case ElementType::F16:
    return Float16Type::get(context);
  case ElementType::BF16:
    return BFloat16Type::get(context);
  case ElementType::I64:
    return integer(64);
  case ElementType::I32:
    return integer(32);
  case ElementType::I16:
    return integer(16);
  case ElementType::I8:
    return integer(8);
  case ElementType::U64:
    return integer(64, true);
  case ElementType::U32:
    return integer(32, true);
  case ElementType::U16:
    return integer(16, true);
  case ElementType::U8:
    return integer(8, true);
  case ElementType::I1:
    return integer(1);
  }
  llvm_unreachable("unknown element type");
}

/// A tensor with all elements equal to the one in `element`.
static HostTensor splat(ElementType type, ArrayRef<int64_t> shape, ArrayRef<char> element) {
  HostTensor tensor = HostTensor::allocate(type, shape);
  MutableArrayRef<char> bytes = tensor.mutableBytes();
  for (size_t offset = 0; offset < bytes.size(); offset += element.size())
    std::copy(element.begin(), element.end(), bytes.begin() + offset);
  return tensor;
}

static FailureOr<HostTensor> readDense(DenseElementsAttr attribute, ElementType type) {
  ArrayRef<int64_t> shape = attribute.getType().getShape();
  // MLIR packs i1 eight to a byte.
  if (type == ElementType::I1) {
    HostTensor tensor = HostTensor::allocate(type, shape);
    llvm::copy(attribute.getValues<bool>(), tensor.mutableBytes().begin());
    return tensor;
  }
  ArrayRef<char> data = attribute.getRawData();
  if (attribute.isSplat())
    return splat(type, shape, data.take_front(::structlin::byteSize(type)));
  return HostTensor::alias(type, shape, data, nullptr);
}

static FailureOr<HostTensor> readResource(DenseResourceElementsAttr attribute, ElementType type,
                                          std::string &why) {
  ArrayRef<int64_t> shape = attribute.getType().getShape();
  DenseResourceElementsHandle handle = attribute.getRawHandle();
  AsmResourceBlob *blob = handle.getBlob();
  if (!blob) {
    why = llvm::formatv("resource '{0}' has no data", handle.getKey());
    return failure();
  }
  uint64_t expected = *::structlin::byteSizeOf(type, shape);
  if (blob->getData().size() != expected) {
    why = llvm::formatv("resource '{0}' has {1} bytes, expected {2}", handle.getKey(),
                        blob->getData().size(), expected);
    return failure();
  }
  return HostTensor::alias(type, shape, blob->getData(), nullptr);
}

FailureOr<HostTensor> mlir::structlin::readElements(ElementsAttr attribute, std::string &why) {
  ShapedType shaped = attribute.getShapedType();
  std::optional<ElementType> type = getHostElementType(shaped.getElementType());
  if (!type || !::structlin::byteSizeOf(*type, shaped.getShape())) {
    llvm::raw_string_ostream(why) << "values of type " << shaped << " cannot be read";
    return failure();
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute))
    return readDense(dense, *type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    return readResource(resource, *type, why);
  why = "expected the values as a dense or dense_resource attribute";
  return failure();
}

ElementsAttr mlir::structlin::createElements(MLIRContext *context, StringRef name,
                                             const HostTensor &tensor, size_t inlineBytes) {
  auto type = RankedTensorType::get(tensor.shape(), getIRElementType(context, tensor.type()));
  ArrayRef<char> bytes = tensor.bytes();
  if (tensor.type() == ElementType::I1) {
    SmallVector<bool> bits(llvm::map_range(bytes, [](char byte) { return byte != 0; }));
    return DenseElementsAttr::get(type, ArrayRef<bool>(bits));
  }
  if (bytes.size() <= inlineBytes)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  return DenseResourceElementsAttr::get(
      type, name,
      HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, HostTensor::bufferAlignment));
}
