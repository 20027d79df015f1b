//===- LowerModel.h - a model on its way to machine code ------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_EXECUTION_LOWERMODEL_H
#define STRUCTLIN_EXECUTION_LOWERMODEL_H

#include "structlin/Codegen/Passes.h"
#include "structlin/Execution/EntrySignature.h"
#include "structlin/Execution/ParameterBuffer.h"

namespace mlir::structlin {

enum class Lowering { Kernels, Reference, Plain };

struct LowerOptions {
  std::string entry;
  Lowering lowering = Lowering::Kernels;
  /// How kernels are chosen; `cpu` is a target of kernels that this machine runs, or
  /// "native".
  StructlinChooseOptions choice;
  bool threads = true;
  /// Whether functions without a body are defined elsewhere.
  bool hasExternals = false;
};

/// A module, and what its caller has to know.
struct Model {
  OwningOpRef<ModuleOp> module;
  EntrySignature entry;
  ParameterLayout layout;
  ParameterLocations parameterLocations;
};

/// Lowers the model's module to the llvm dialect. Diagnoses what goes wrong.
LogicalResult lowerModel(Model &model, ::structlin::ParameterSource *parameters,
                         const LowerOptions &options);

} // namespace mlir::structlin

#endif // STRUCTLIN_EXECUTION_LOWERMODEL_H
