//===- Model.cpp - a model through the whole compiler ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Model.h"
#include "Compile.h"
#include "Memory.h"
#include "mlir/Parser/Parser.h"
#include "structlin/Archive/ParameterSource.h"
#include "structlin/Codegen/PackedParameters.h"
#include "structlin/Execution/CallTensors.h"
#include <cstring>

using namespace structlin;
using namespace structlin::benchmark;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

namespace {
/// Parameters from memory.
class MemorySource : public ParameterSource {
public:
  explicit MemorySource(const Parameters &parameters) : parameters(parameters) {}

  llvm::Expected<HostTensor> lookup(llvm::StringRef name, ElementType,
                                    llvm::ArrayRef<int64_t>) override {
    return read(name);
  }
  llvm::Expected<HostTensor> read(llvm::StringRef name) override {
    auto found = parameters.find(name.str());
    if (found == parameters.end())
      return llvm::createStringError("no parameter '" + name + "'");
    return found->second;
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto &[name, value] : parameters)
      names.push_back(name);
    return names;
  }

private:
  const Parameters &parameters;
};
} // namespace

template <typename T> static T require(llvm::FailureOr<T> value, llvm::StringRef what) {
  if (failed(value))
    llvm::report_fatal_error(what, /*gen_crash_diag=*/false);
  return std::move(*value);
}

CompiledModel CompiledModel::compile(const std::string &source, const Parameters &parameters,
                                     mlir::structlin::Lowering lowering, int threads) {
  mlir::structlin::LowerOptions options;
  options.lowering = lowering;
  options.choice.cpu = "native";
  options.choice.threads = threads;
  options.threads = threads > 1;
  mlir::structlin::Model model;
  model.module = mlir::parseSourceString<mlir::ModuleOp>(source, &getContext());
  auto memory = std::make_unique<MemorySource>(parameters);
  if (!model.module || failed(mlir::structlin::lowerModel(model, memory.get(), options)))
    llvm::report_fatal_error("a model could not be lowered", /*gen_crash_diag=*/false);
  auto packed = require(mlir::structlin::createPackedParameters(*model.module, std::move(memory)),
                        "a model's parameters could not be packed");
  HostTensor buffer = require(
      mlir::structlin::fillParameterBuffer(model.layout, packed.get(), model.parameterLocations),
      "a model's parameters could not be placed");
  auto jit = llvm::cantFail(JITModule::create(*model.module, {/*optLevel=*/2, {}}));
  auto function = llvm::cantFail(jit->lookup(model.entry.name));
  CompiledModel compiled;
  compiled.state = std::make_shared<State>(State{std::move(jit), function, model.entry, buffer});
  return compiled;
}

std::function<void(int64_t)> CompiledModel::bind(std::vector<HostTensor> inputs, HostTensor result,
                                                 int64_t copies) const {
  size_t size = (bytes() + 63) / 64 * 64;
  Pages pages = allocatePages(size * copies);
  for (int64_t copy = 0; copy < copies; ++copy)
    std::memcpy(pages.get() + copy * size, state->parameters.bytes().data(), bytes());
  return [=, state = state](int64_t copy) {
    auto arguments = mlir::structlin::getCallArguments(state->entry, inputs, state->parameters);
    if (state->entry.takesParameterBuffer)
      arguments.back() = CallArgument::buffer(
          pages.get() + copy * size, {static_cast<int64_t>(state->parameters.bytes().size())});
    arguments.push_back(CallArgument::buffer(result));
    JITModule::call(state->function, arguments);
  };
}
