//===- ParameterBindings.cpp - where exported parameters are bound --------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ParameterBindings.h"
#include "structlin/Archive/TextFile.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::structlin;
namespace json = llvm::json;

/// A name of the IR, which may hold any bytes. JSON is UTF-8: others are replaced.
static json::Value toText(StringRef name) { return json::fixUTF8(name); }

/// `type`, and of a tensor its `dtype` and its `shape`, a dynamic size being null.
static json::Object describeType(Type type) {
  auto print = [](Type printed) {
    std::string text;
    llvm::raw_string_ostream(text) << printed;
    return text;
  };
  json::Object entry{{"type", print(type)}};
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return entry;
  json::Array shape;
  for (int64_t size : tensor.getShape())
    shape.push_back(ShapedType::isDynamic(size) ? json::Value(nullptr) : json::Value(size));
  entry["dtype"] = print(tensor.getElementType());
  entry["shape"] = std::move(shape);
  return entry;
}

static json::Object describeFunction(func::FuncOp function, const ParameterBindings &bindings) {
  llvm::DenseMap<unsigned, StringAttr> names = bindings.arguments.lookup(function);
  json::Array arguments, results;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    json::Object entry = describeType(type);
    auto it = names.find(index);
    entry["parameter"] = it == names.end() ? json::Value(nullptr) : toText(it->second.getValue());
    arguments.push_back(std::move(entry));
  }
  for (Type type : function.getResultTypes())
    results.push_back(describeType(type));
  return json::Object{{"name", toText(function.getName())},
                      {"arguments", std::move(arguments)},
                      {"results", std::move(results)}};
}

static json::Array
describePlaces(StringRef kind,
               const llvm::MapVector<StringAttr, ParameterBindings::Parameter> &places) {
  json::Array entries;
  for (const auto &[place, parameter] : places) {
    json::Object entry = describeType(parameter.type);
    entry[kind] = toText(place.getValue());
    entry["parameter"] = toText(parameter.name.getValue());
    entries.push_back(std::move(entry));
  }
  return entries;
}

json::Object mlir::structlin::toJSON(ModuleOp module, const ParameterBindings &bindings) {
  json::Array functions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      functions.push_back(describeFunction(function, bindings));
  return json::Object{{"functions", std::move(functions)},
                      {"resources", describePlaces("key", bindings.resources)},
                      {"globals", describePlaces("symbol", bindings.globals)}};
}

LogicalResult mlir::structlin::writeManifest(ModuleOp module, const ParameterBindings &bindings,
                                             StringRef path) {
  std::string text = llvm::formatv("{0:2}\n", json::Value(toJSON(module, bindings)));
  if (llvm::Error error = ::structlin::writeTextFile(path, text))
    return emitError(module.getLoc()) << llvm::toString(std::move(error));
  return success();
}
