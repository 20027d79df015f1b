//===- StoredTensors.cpp - the tensors of one stored weight --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checks where data enters: presence, type, rank, shape, finite numbers.
//
//===----------------------------------------------------------------------===//

#include "StoredTensors.h"
#include "mlir/IR/Diagnostics.h"
#include "structlin/Compress/FitWeight.h"
#include "structlin/Compress/HostEval.h"

using namespace mlir;
using namespace mlir::structlin;

StoredTensors::StoredTensors(const WeightGroup &group, StoredAttr stored, ParameterReader &reader)
    : group(group), stored(stored), reader(reader) {
  auto type = cast<ShapedType>(group.getWeight().getType());
  numOutputs = type.getDimSize(0), numInputs = type.getDimSize(1);
}

Type StoredTensors::getAccType() const {
  LinearOp layer = group.layers.front();
  return cast<StructuredMatmulOpInterface>(*layer).getAccType();
}

InFlightDiagnostic StoredTensors::emitError() const {
  LinearOp layer = group.layers.front();
  // At the location alone: a diagnostic of the operation would print its operands.
  InFlightDiagnostic diagnostic = mlir::emitError(layer.getLoc());
  diagnostic << "cannot load layer '" << getLayerName(layer) << "' as "
             << stringifyStoredFormat(stored.getFormat()) << ": ";
  if (LocationAttr origin = stored.getOrigin())
    diagnostic.attachNote(origin) << "the recipe says so here";
  return diagnostic;
}

InFlightDiagnostic StoredTensors::emitError(StringRef role) const {
  InFlightDiagnostic diagnostic = emitError();
  diagnostic << "tensor '" << stored.getTensorName(role) << "': ";
  return diagnostic;
}

FailureOr<HostTensor> StoredTensors::read(StringRef role) const {
  std::string why;
  // STO-R1
  FailureOr<HostTensor> tensor = reader.readStored(stored.getTensorName(role), why);
  if (failed(tensor))
    return emitError(role) << why;
  return tensor;
}

LogicalResult StoredTensors::checkFinite(StringRef role, const HostTensor &tensor) const {
  // STO-R4
  if (std::optional<std::string> place = findNonFinite(tensor))
    return emitError(role) << "expected finite numbers, got " << *place;
  return success();
}

FailureOr<HostTensor> StoredTensors::readFactor(StringRef role, int64_t rank) const {
  FailureOr<HostTensor> tensor = read(role);
  if (failed(tensor))
    return failure();
  Type acc = getAccType(), element = getIRElementType(getContext(), tensor->type());
  bool isFloat = isa<FloatType>(acc);
  // STO-R2. A boolean would be read as a mask, an unsigned integer as a signed one.
  bool isNumber =
      isFloat ? isa<FloatType>(element) : element.isSignlessInteger() && !element.isInteger(1);
  if (!isNumber || element.getIntOrFloatBitWidth() > acc.getIntOrFloatBitWidth())
    return emitError(role) << "expected " << (isFloat ? "floating-point numbers" : "integers")
                           << " that " << acc << " holds exactly, got "
                           << ::structlin::mlirName(tensor->type());
  // STO-R3
  if (tensor->rank() != rank)
    return emitError(role) << "expected a tensor of rank " << rank << ", got "
                           << ::structlin::formatType(tensor->type(), tensor->shape());
  if (failed(checkFinite(role, *tensor)))
    return failure();
  return tensor;
}

RankedTensorType StoredTensors::getParameterType() const {
  if (ParameterOp parameter = getParameter())
    return cast<RankedTensorType>(parameter.getType());
  return cast<RankedTensorType>(group.getWeight().getType());
}

FailureOr<HostTensor> StoredTensors::readOfParameterShape(StringRef role) const {
  FailureOr<HostTensor> tensor = read(role);
  if (failed(tensor))
    return failure();
  // STO-R3
  if (tensor->shape() != getParameterType().getShape())
    return emitError(role) << "expected the shape [" << getParameterType().getShape()
                           << "] of the layer's parameter, got [" << tensor->shape() << "]";
  return tensor;
}

FailureOr<HostTensor> StoredTensors::readParameter(StringRef role) const {
  FailureOr<HostTensor> tensor = readOfParameterShape(role);
  if (failed(tensor))
    return failure();
  // STO-R2
  Type expected = getParameterType().getElementType();
  if (getHostElementType(expected) != tensor->type())
    return emitError(role) << "expected " << expected << " as the layer's parameter has, got "
                           << ::structlin::mlirName(tensor->type());
  if (failed(checkFinite(role, *tensor)))
    return failure();
  return tensor;
}

FailureOr<HostTensor> StoredTensors::layOut(const HostTensor &parameter, StringRef role) const {
  // Without a parameter the tensor was read in the weight's own shape.
  if (!getParameter())
    return parameter;
  std::string why;
  FailureOr<HostTensor> weight = evaluateFromRoot(group.getWeight(), parameter, why);
  if (failed(weight))
    return emitError(role) << why;
  return weight;
}
