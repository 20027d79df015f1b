//===- TieParameters.cpp - one name for tied weights ----------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same name means the same storage, so a new name is all that it takes.
//
//===----------------------------------------------------------------------===//

#include "structlin/Compress/TieParameters.h"
#include "structlin/Compress/Passes.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Import/ParameterOrigin.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_TIEPARAMETERS
#include "structlin/Compress/Passes.h.inc"
} // namespace mlir::structlin

using StoredNames = llvm::DenseMap<StringAttr, StringAttr>;

/// The stored name of each parameter that has another one. A value in the IR is not
/// tied to anything in a file.
static StoredNames findStoredNames(ModuleOp module, const ParameterReader &reader) {
  StoredNames storedNames;
  llvm::DenseSet<StringAttr> withValue;
  module.walk([&](ParameterOp op) {
    StringAttr name = op.getNameAttr();
    if (op.getValueAttr())
      withValue.insert(name);
    if (std::string stored = reader.storedName(name); stored != name.getValue())
      storedNames[name] = StringAttr::get(module.getContext(), stored);
  });
  for (StringAttr name : withValue)
    storedNames.erase(name);
  return storedNames;
}

static LogicalResult renameOrigins(func::FuncOp function, const StoredNames &storedNames) {
  FailureOr<SmallVector<ParameterOrigin>> origins = getParameterOrigins(function);
  if (failed(origins))
    return failure();
  for (ParameterOrigin &origin : *origins) {
    StringAttr stored = storedNames.lookup(origin.parameter);
    if (!stored)
      continue;
    origin.parameter = stored;
    if (!origin.attrs || !origin.attrs.contains(StructlinDialect::kParamAttrName))
      continue;
    // The tag too, so that the exported argument is bound to what is stored.
    NamedAttrList attrs(origin.attrs);
    attrs.set(StructlinDialect::kParamAttrName, stored);
    origin.attrs = attrs.getDictionary(function.getContext());
  }
  function->removeAttr(kSignatureAttrName);
  addParameterOrigins(function, *origins);
  return success();
}

LogicalResult mlir::structlin::tieParameters(ModuleOp module, const ParameterReader &reader) {
  StoredNames storedNames = findStoredNames(module, reader);
  if (storedNames.empty())
    return success();
  module.walk([&](ParameterOp op) {
    if (StringAttr stored = storedNames.lookup(op.getNameAttr()))
      op.setNameAttr(stored);
  });
  for (auto function : module.getOps<func::FuncOp>())
    if (failed(renameOrigins(function, storedNames)))
      return failure();
  return success();
}

namespace {
struct TieParameters : mlir::structlin::impl::TieParametersBase<TieParameters> {
  using TieParametersBase::TieParametersBase;

  void runOnOperation() override {
    FailureOr<ParameterReader> reader = ParameterReader::open(parameters, getOperation().getLoc());
    if (failed(reader) || failed(tieParameters(getOperation(), *reader)))
      signalPassFailure();
  }
};
} // namespace
