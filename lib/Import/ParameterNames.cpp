//===- ParameterNames.cpp - the names of a module's parameters -----------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See the header.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ParameterNames.h"

#include "structlin/IR/StructlinOps.h"

using namespace mlir;
using namespace mlir::structlin;

LogicalResult ParameterNames::init(ModuleOp module) {
  WalkResult result = module.walk([&](ParameterOp op) {
    return WalkResult(take(op.getNameAttr(), op.getType(), op.getLoc()));
  });
  return failure(result.wasInterrupted());
}

LogicalResult ParameterNames::take(StringAttr name, Type type, Location loc) {
  auto [it, isNew] = entries.try_emplace(name.getValue(), Entry{type, Attribute()});
  if (isNew || it->second.type == type)
    return success();
  return emitError(loc) << "expected the parameter " << name << " to have one type, got " << type
                        << " after " << it->second.type;
}

StringAttr ParameterNames::makeUnique(StringAttr name, Type type, Attribute identity) {
  std::string candidate = name.str();
  for (unsigned suffix = 1;; ++suffix) {
    auto [it, isNew] = entries.try_emplace(candidate, Entry{type, identity});
    if (isNew || (it->second.identity == identity && it->second.type == type))
      return StringAttr::get(name.getContext(), candidate);
    candidate = (name.getValue() + "_" + Twine(suffix)).str();
  }
}
