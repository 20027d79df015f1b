//===- Model.h - a model through the whole compiler -------------*- C++ -*-===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_BENCHMARKS_CPU_MODEL_H
#define STRUCTLIN_BENCHMARKS_CPU_MODEL_H

#include "structlin/Archive/HostTensor.h"
#include "structlin/Execution/JIT.h"
#include "structlin/Execution/LowerModel.h"
#include <functional>
#include <map>
#include <memory>

namespace structlin::benchmark {

using Parameters = std::map<std::string, HostTensor>;

/// The only function of a module, compiled as structlin-run does.
class CompiledModel {
public:
  /// `source` is the module's text. The kernels are chosen for `threads` threads.
  static CompiledModel compile(const std::string &source, const Parameters &parameters,
                               mlir::structlin::Lowering lowering, int threads);

  /// The bytes of the packed parameters.
  size_t bytes() const { return state->parameters.bytes().size(); }
  /// A call that reads `inputs` and writes `result`, with parameters number `copy` of
  /// `copies`.
  std::function<void(int64_t copy)> bind(std::vector<HostTensor> inputs, HostTensor result,
                                         int64_t copies) const;

private:
  struct State {
    std::unique_ptr<mlir::structlin::JITModule> jit;
    mlir::structlin::JITModule::Function function;
    mlir::structlin::EntrySignature entry;
    HostTensor parameters;
  };
  std::shared_ptr<const State> state;
};

} // namespace structlin::benchmark

#endif // STRUCTLIN_BENCHMARKS_CPU_MODEL_H
