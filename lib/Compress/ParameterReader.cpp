//===- ParameterReader.cpp - the values of parameters ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns the errors of the archive library into diagnostics that name the tensor.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/ParameterReader.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::structlin;

FailureOr<ParameterReader> ParameterReader::open(StringRef spec, Location location) {
  ParameterReader reader;
  if (spec.empty())
    return reader;
  auto source = ::structlin::openParameterSource(spec);
  if (!source)
    return emitError(location) << "cannot open the parameters: "
                               << llvm::toString(source.takeError());
  reader.source = std::move(*source);
  return reader;
}

FailureOr<HostTensor> ParameterReader::read(ParameterOp parameter) {
  auto emitReadError = [&]() {
    // At the location alone: a diagnostic of the operation would print its value.
    return emitError(parameter.getLoc())
           << "cannot read parameter '" << parameter.getName() << "': ";
  };
  if (std::optional<ElementsAttr> value = parameter.getValue()) {
    std::string why;
    FailureOr<HostTensor> tensor = readElements(*value, why);
    if (failed(tensor))
      return emitReadError() << why;
    return tensor;
  }
  if (!source)
    return emitReadError() << "it has no value and no parameters were given";
  auto type = cast<ShapedType>(parameter.getType());
  std::optional<ElementType> element = getHostElementType(type.getElementType());
  if (!element)
    return emitReadError() << "element type " << type.getElementType() << " is not supported";
  llvm::Expected<HostTensor> tensor =
      source->lookup(parameter.getName(), *element, type.getShape());
  if (!tensor)
    return emitReadError() << llvm::toString(tensor.takeError());
  return std::move(*tensor);
}

FailureOr<HostTensor> ParameterReader::readRoot(Operation *root) {
  if (auto parameter = dyn_cast<ParameterOp>(root))
    return read(parameter);
  auto elements = dyn_cast<ElementsAttr>(cast<arith::ConstantOp>(root).getValue());
  if (!elements)
    return emitError(root->getLoc()) << "expected a constant tensor";
  std::string why;
  FailureOr<HostTensor> tensor = readElements(elements, why);
  if (failed(tensor))
    return emitError(root->getLoc()) << "cannot read the constant: " << why;
  return tensor;
}

FailureOr<HostTensor> ParameterReader::readStored(StringRef name, std::string &why) {
  if (!source) {
    why = "no parameters were given";
    return failure();
  }
  llvm::Expected<HostTensor> tensor = source->read(name);
  if (!tensor) {
    why = llvm::toString(tensor.takeError());
    return failure();
  }
  return std::move(*tensor);
}
