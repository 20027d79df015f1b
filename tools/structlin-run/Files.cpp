//===- Files.cpp - inputs and outputs of structlin-run --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors from and to .npy files.
//
//===----------------------------------------------------------------------===//

#include "Files.h"
#include "structlin/Archive/Npy.h"

using namespace mlir;
using namespace mlir::structlin;
using ::structlin::HostTensor;
using ::structlin::ParameterSource;

template <typename... Args> static llvm::Error makeError(const char *format, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format,
                                 std::forward<Args>(args)...);
}

/// The sizes of `type`, dynamic ones replaced.
static SmallVector<int64_t> fixSizes(const HostType &type, int64_t dynamicSize) {
  return llvm::map_to_vector(
      type.shape, [&](int64_t size) { return ShapedType::isDynamic(size) ? dynamicSize : size; });
}

static llvm::Expected<HostTensor> readInput(const HostType &type, unsigned index, StringRef path) {
  llvm::Expected<HostTensor> tensor = ::structlin::readNpy(path, type.element);
  if (!tensor)
    return tensor.takeError();
  if (tensor->type() != type.element || !type.accepts(tensor->shape()))
    return makeError("input %u: expected %s, got %s from '%s'", index, type.str().c_str(),
                     ::structlin::formatType(tensor->type(), tensor->shape()).c_str(),
                     path.str().c_str());
  return tensor->aligned(HostTensor::bufferAlignment);
}

llvm::Expected<std::vector<HostTensor>> mlir::structlin::readInputs(const EntrySignature &entry,
                                                                    ArrayRef<std::string> paths,
                                                                    ParameterSource *parameters,
                                                                    int64_t dynamicSize) {
  unsigned numTagged = llvm::count_if(
      entry.inputs, [](const EntrySignature::Input &input) { return !input.parameter.empty(); });
  unsigned numUntagged = entry.inputs.size() - numTagged;
  std::unique_ptr<ParameterSource> random;
  if (paths.size() == 1 && StringRef(paths.front()).starts_with("random:")) {
    llvm::Expected<std::unique_ptr<ParameterSource>> source =
        ::structlin::openParameterSource(paths.front());
    if (!source)
      return source.takeError();
    random = std::move(*source);
  } else if (paths.size() != numUntagged) {
    return makeError("'%s' expects %u inputs, got %zu", entry.name.c_str(), numUntagged,
                     paths.size());
  }

  std::vector<HostTensor> tensors;
  size_t nextPath = 0;
  for (auto [index, input] : llvm::enumerate(entry.inputs)) {
    if (!input.parameter.empty() && !parameters)
      return makeError("input %zu is the parameter '%s' and no parameters are given", index,
                       input.parameter.c_str());
    llvm::Expected<HostTensor> tensor =
        !input.parameter.empty() ? parameters->lookup(input.parameter, input.type.element,
                                                      fixSizes(input.type, dynamicSize))
        : random ? random->lookup("input" + std::to_string(index), input.type.element,
                                  fixSizes(input.type, dynamicSize))
                 : readInput(input.type, index, paths[nextPath++]);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(tensor->aligned(HostTensor::bufferAlignment));
  }
  return tensors;
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
