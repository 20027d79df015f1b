//===- WriteParameters.cpp - a module's parameters as an archive ----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One parameter after the other, so that a model of any size takes the memory of a
// few panels.
//
//===----------------------------------------------------------------------===//

#include "PackValues.h"
#include "structlin/Archive/SafetensorsWriter.h"
#include "structlin/Codegen/EvaluatePacks.h"
#include "structlin/IR/StructlinOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::ParameterSource;
using ::structlin::SafetensorsWriter;

using Parameters = llvm::MapVector<StringAttr, ParameterOp>;

/// One operation for each name, in the order of the module.
static FailureOr<Parameters> collectParameters(ModuleOp module) {
  Parameters parameters;
  WalkResult walk = module.walk([&](ParameterOp parameter) {
    ParameterOp first = parameters.try_emplace(parameter.getNameAttr(), parameter).first->second;
    if (first.getType() == parameter.getType())
      return WalkResult::advance();
    emitError(parameter.getLoc()) << "expected parameter '" << parameter.getName()
                                  << "' to have the type " << first.getType()
                                  << " that it has elsewhere, got " << parameter.getType();
    return WalkResult::interrupt();
  });
  if (walk.wasInterrupted())
    return failure();
  return parameters;
}

static FailureOr<std::vector<::structlin::TensorDecl>> declare(const Parameters &parameters) {
  std::vector<::structlin::TensorDecl> declarations;
  for (auto [name, parameter] : parameters) {
    auto type = cast<ShapedType>(parameter.getType());
    std::optional<ElementType> element = getHostElementType(type.getElementType());
    if (!element)
      return emitError(parameter.getLoc())
             << "cannot write parameter '" << name.getValue() << "' of type " << type;
    declarations.push_back({name.str(), *element, SmallVector<int64_t, 4>(type.getShape())});
  }
  return declarations;
}

static llvm::Expected<HostTensor> readValue(ParameterOp parameter, ParameterSource *source) {
  if (std::optional<ElementsAttr> value = parameter.getValue()) {
    std::string why;
    FailureOr<HostTensor> tensor = readElements(*value, why);
    if (failed(tensor))
      return llvm::createStringError(why);
    return *tensor;
  }
  if (!source)
    return llvm::createStringError("it has no value and no parameters were given");
  auto type = cast<ShapedType>(parameter.getType());
  return source->lookup(parameter.getName(), *getHostElementType(type.getElementType()),
                        type.getShape());
}

static llvm::Error writeOne(ParameterOp parameter, ParameterSource *source,
                            SafetensorsWriter &writer) {
  llvm::Expected<HostTensor> tensor = readValue(parameter, source);
  if (!tensor)
    return tensor.takeError();
  llvm::Error error = writer.write(parameter.getName(), *tensor);
  tensor->releasePages();
  return error;
}

/// Writes those tensors of a pack that the module has.
static llvm::Error writePack(const ParameterPack &pack, const Parameters &parameters,
                             ParameterSource *source, SafetensorsWriter &writer) {
  if (!source)
    return llvm::createStringError("it has no value and no parameters were given");
  llvm::Expected<std::vector<HostTensor>> factors = readFactors(pack, *source);
  if (!factors)
    return factors.takeError();
  auto sink = [&](unsigned tensor, uint64_t offset, ArrayRef<char> bytes) {
    StringAttr name = pack.packed[tensor].name;
    return parameters.contains(name) ? writer.writeAt(name.getValue(), offset, bytes)
                                     : llvm::Error::success();
  };
  llvm::Error error = packTo(pack, *factors, sink);
  for (const HostTensor &factor : *factors)
    factor.releasePages();
  return error;
}

LogicalResult mlir::structlin::writeParameters(ModuleOp module, ParameterSource *source,
                                               StringRef path) {
  FailureOr<SmallVector<ParameterPack>> packs = getParameterPacks(module);
  FailureOr<Parameters> parameters = collectParameters(module);
  if (failed(packs) || failed(parameters))
    return failure();
  FailureOr<std::vector<::structlin::TensorDecl>> declarations = declare(*parameters);
  if (failed(declarations))
    return failure();
  auto writer = SafetensorsWriter::create(path, *declarations);
  if (!writer)
    return emitError(module.getLoc()) << llvm::toString(writer.takeError());

  llvm::DenseMap<StringAttr, const ParameterPack *> packOf;
  for (const ParameterPack &pack : *packs)
    for (const NamedTensor &tensor : pack.packed)
      packOf[tensor.name] = &pack;
  llvm::DenseSet<const ParameterPack *> written;
  for (auto [name, parameter] : *parameters) {
    const ParameterPack *pack = packOf.lookup(name);
    if (pack && !written.insert(pack).second)
      continue;
    llvm::Error error = pack ? writePack(*pack, *parameters, source, *writer)
                             : writeOne(parameter, source, *writer);
    if (error)
      return emitError(parameter.getLoc()) << "cannot write parameter '" << name.getValue()
                                           << "': " << llvm::toString(std::move(error));
  }
  if (llvm::Error error = writer->finish())
    return emitError(module.getLoc()) << llvm::toString(std::move(error));
  // From here on the file holds the values.
  setParameterPacks(module, {});
  module.walk([](ParameterOp parameter) { parameter.removeValueAttr(); });
  return success();
}
