//===- ParameterBuffer.cpp - the buffer that holds a model's parameters ---===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values are copied once, to where the compiled code reads them.
//
//===----------------------------------------------------------------------===//

#include "structlin/Execution/ParameterBuffer.h"
#include "structlin/Execution/EntrySignature.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/IR/IndexContent.h"
#include "structlin/IR/StructlinOps.h"
#include <cstring>

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ElementType;
using ::structlin::HostTensor;
using ::structlin::ParameterSource;

FailureOr<HostTensor> mlir::structlin::getParameterValue(Location loc, StringRef name,
                                                         RankedTensorType type, ElementsAttr value,
                                                         ParameterSource *source) {
  if (value) {
    std::string why;
    FailureOr<HostTensor> tensor = readElements(value, why);
    if (failed(tensor))
      return emitError(loc, "cannot read parameter '") << name << "': " << why;
    return tensor;
  }
  if (!source)
    return emitError(loc, "parameter '") << name << "' has no value and no source is given";
  std::optional<ElementType> element = getHostElementType(type.getElementType());
  if (!element)
    return emitError(loc, "expected parameter '")
           << name << "' to have an element type that files can hold, got "
           << type.getElementType();
  llvm::Expected<HostTensor> tensor = source->lookup(name, *element, type.getShape());
  if (!tensor)
    return emitError(loc) << llvm::toString(tensor.takeError());
  return *tensor;
}

ParameterLocations mlir::structlin::findParameterLocations(ModuleOp module) {
  ParameterLocations locations;
  module.walk([&](ParameterOp op) { locations.try_emplace(op.getNameAttr(), op.getLoc()); });
  return locations;
}

FailureOr<HostTensor> mlir::structlin::fillParameterBuffer(const ParameterLayout &layout,
                                                           ParameterSource *source,
                                                           const ParameterLocations &locations) {
  HostTensor buffer = HostTensor::allocate(ElementType::I8, {layout.size});
  MutableArrayRef<char> bytes = buffer.mutableBytes();
  // Padding is read by nobody, but a buffer that is defined throughout is easier to
  // compare.
  std::memset(bytes.data(), 0, bytes.size());
  for (const PlacedParameter &parameter : layout.parameters) {
    auto found = locations.find(parameter.name);
    Location loc =
        found == locations.end() ? UnknownLoc::get(parameter.name.getContext()) : found->second;
    FailureOr<HostTensor> value =
        getParameterValue(loc, parameter.name, parameter.type, parameter.value, source);
    if (failed(value))
      return failure();
    llvm::copy(value->bytes(), bytes.begin() + parameter.offset);
  }
  return buffer;
}

LogicalResult mlir::structlin::verifyBoundIndices(ModuleOp module, ParameterSource *source) {
  WalkResult result = module.walk([&](StructuredMatmulOpInterface op) {
    // The tensors stay alive as long as the check reads them.
    SmallVector<HostTensor> bound;
    bool isComplete = true;
    auto content = [&](unsigned operand) -> std::optional<IndexContent> {
      auto parameter = op->getOperand(operand).getDefiningOp<ParameterOp>();
      if (!parameter)
        return std::nullopt;
      auto type = cast<RankedTensorType>(parameter.getResult().getType());
      FailureOr<HostTensor> value = getParameterValue(parameter.getLoc(), parameter.getName(), type,
                                                      parameter.getValueAttr(), source);
      if (failed(value)) {
        isComplete = false;
        return std::nullopt;
      }
      bound.push_back(*value);
      return IndexContent(value->bytes().data(), type.getElementTypeBitWidth(), type.getShape());
    };
    if (op.getIndexChecks().empty())
      return WalkResult::advance();
    LogicalResult verified = verifyIndexContent(op, content, [&] { return op->emitOpError(); });
    return failed(verified) || !isComplete ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
