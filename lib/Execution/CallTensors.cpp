//===- CallTensors.cpp - inputs and outputs of a call ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors from and to .npy files.
//
//===----------------------------------------------------------------------===//

#include "structlin/Execution/CallTensors.h"
#include "structlin/Archive/Npy.h"
#include "structlin/Lowering/EntryFunctions.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::HostTensor;
using ::structlin::ParameterSource;

/// The sizes of `type`, dynamic ones replaced.
static SmallVector<int64_t> fixSizes(const HostType &type, int64_t dynamicSize) {
  return llvm::map_to_vector(
      type.shape, [&](int64_t size) { return ShapedType::isDynamic(size) ? dynamicSize : size; });
}

/// The untagged argument `index`, from a .npy file.
static FailureOr<HostTensor> readInput(const EntrySignature::Input &input, size_t index,
                                       StringRef path) {
  const HostType &type = input.type;
  llvm::Expected<HostTensor> tensor = ::structlin::readNpy(path, type.element);
  if (!tensor)
    return emitError(input.loc, "input ") << index << ": " << llvm::toString(tensor.takeError());
  if (tensor->type() != type.element || !type.accepts(tensor->shape()))
    return emitError(input.loc, "input ")
           << index << ": expected " << type.str() << ", got "
           << ::structlin::formatType(tensor->type(), tensor->shape()) << " from '" << path << "'";
  return *tensor;
}

/// The argument `index`, as `name` in `source`.
static FailureOr<HostTensor> lookUp(ParameterSource &source, StringRef name,
                                    const EntrySignature::Input &input, size_t index,
                                    int64_t dynamicSize) {
  llvm::Expected<HostTensor> tensor =
      source.lookup(name, input.type.element, fixSizes(input.type, dynamicSize));
  if (!tensor)
    return emitError(input.loc, "input ") << index << ": " << llvm::toString(tensor.takeError());
  return *tensor;
}

FailureOr<std::vector<HostTensor>>
mlir::structlin::readInputs(Location loc, const EntrySignature &entry, ArrayRef<std::string> paths,
                            ParameterSource *parameters, int64_t dynamicSize) {
  size_t numUntagged = llvm::count_if(
      entry.inputs, [](const EntrySignature::Input &input) { return input.parameter.empty(); });
  std::unique_ptr<ParameterSource> random;
  if (paths.size() == 1 && StringRef(paths.front()).starts_with("random:")) {
    llvm::Expected<std::unique_ptr<ParameterSource>> source =
        ::structlin::openParameterSource(paths.front());
    if (!source)
      return emitError(loc) << llvm::toString(source.takeError());
    random = std::move(*source);
  } else if (paths.size() != numUntagged) {
    return emitError(loc) << "'" << entry.name << "' expects " << numUntagged << " inputs, got "
                          << paths.size();
  }
  std::vector<HostTensor> tensors;
  size_t nextPath = 0;
  for (auto [index, input] : llvm::enumerate(entry.inputs)) {
    bool isParameter = !input.parameter.empty();
    if (isParameter && !parameters)
      return emitError(input.loc, "input ") << index << " is the parameter '" << input.parameter
                                            << "' and no parameters are given";
    FailureOr<HostTensor> tensor =
        isParameter ? lookUp(*parameters, input.parameter, input, index, dynamicSize)
        : random    ? lookUp(*random, "input" + std::to_string(index), input, index, dynamicSize)
                    : readInput(input, index, paths[nextPath++]);
    if (failed(tensor))
      return failure();
    tensors.push_back(tensor->aligned(HostTensor::bufferAlignment));
  }
  return tensors;
}

SmallVector<CallArgument> mlir::structlin::getCallArguments(const EntrySignature &entry,
                                                            ArrayRef<HostTensor> inputs,
                                                            const HostTensor &parameters) {
  SmallVector<CallArgument> arguments;
  for (auto [input, tensor] : llvm::zip_equal(entry.inputs, inputs))
    arguments.push_back(input.type.isScalar ? CallArgument::scalar(tensor.bytes())
                                            : CallArgument::buffer(tensor));
  if (entry.takesParameterBuffer)
    arguments.push_back(CallArgument::buffer(parameters));
  return arguments;
}

llvm::Expected<std::vector<HostTensor>>
mlir::structlin::allocateResults(const EntrySignature &entry, const JITModule &jit,
                                 SmallVector<CallArgument> arguments) {
  SmallVector<int64_t> sizes(entry.countDynamicSizes());
  if (!sizes.empty()) {
    auto shapes = jit.lookup(entry.name + kShapesSuffix.str());
    if (!shapes)
      return shapes.takeError();
    JITModule::call(*shapes, arguments, sizes);
  }
  std::vector<HostTensor> results;
  auto next = sizes.begin();
  for (const HostType &type : entry.results) {
    SmallVector<int64_t> shape = type.shape;
    for (int64_t &size : shape)
      if (ShapedType::isDynamic(size))
        size = *next++;
    results.push_back(HostTensor::allocate(type.element, shape));
  }
  return results;
}

llvm::Error mlir::structlin::writeOutputs(ArrayRef<std::string> paths,
                                          ArrayRef<HostTensor> results) {
  std::vector<::structlin::AtomicFile> files;
  for (auto [path, result] : llvm::zip_equal(paths, results)) {
    llvm::Expected<::structlin::AtomicFile> file = ::structlin::stageNpy(path, result);
    if (!file)
      return file.takeError();
    files.push_back(std::move(*file));
  }
  // What can fail has been done: only renames are left.
  for (::structlin::AtomicFile &file : files)
    if (llvm::Error error = file.commit())
      return error;
  return llvm::Error::success();
}
