//===- ExportArguments.cpp - parameters as function arguments ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Puts original signatures back, and gives new parameters a place in them.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Import/ExportParameters.h"
#include "structlin/Import/ParameterOrigin.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// An argument that export adds.
struct AddedArgument {
  StringAttr parameter;
  Type type;
  DictionaryAttr attrs;
  /// How many of the function's present arguments come before it.
  unsigned index;
};

struct Signature {
  SmallVector<ParameterOrigin> arguments;
  llvm::SetVector<StringAttr> needed;
  SmallVector<AddedArgument> added;
};

class ArgumentExporter {
public:
  ArgumentExporter(ModuleOp module, ParameterBindings &bindings)
      : module(module), bindings(bindings) {}

  LogicalResult run();

private:
  LogicalResult restoreInPlace(func::FuncOp function, Signature &signature);
  void collectParameters();
  void keepValues();
  StringAttr getReplaced(StringAttr parameter) const;
  void collectNeeded();
  void placeArguments(func::FuncOp function, Signature &signature);
  void extendCalls();
  LogicalResult extendFunction(func::FuncOp function, const Signature &signature);

  ModuleOp module;
  ParameterBindings &bindings;
  llvm::MapVector<func::FuncOp, Signature> signatures;
  /// Parameters that operations in the module read, and the type of each known one.
  llvm::DenseSet<StringAttr> present;
  llvm::DenseMap<StringAttr, Type> types;
  llvm::DenseSet<StringAttr> recorded;
};
} // namespace

/// Constants, resources and globals go back to what they were.
LogicalResult ArgumentExporter::restoreInPlace(func::FuncOp function, Signature &signature) {
  FailureOr<SmallVector<ParameterOrigin>> origins = getParameterOrigins(function);
  if (failed(origins))
    return failure();
  llvm::DenseMap<StringAttr, ParameterOrigin> inPlace;
  for (const ParameterOrigin &origin : *origins) {
    if (origin.kind == ParameterOrigin::Kind::Argument)
      signature.arguments.push_back(origin);
    else
      inPlace[origin.parameter] = origin;
  }
  SmallVector<ParameterOp> parameters;
  function.walk([&](ParameterOp op) { parameters.push_back(op); });
  for (ParameterOp op : parameters) {
    auto it = inPlace.find(op.getNameAttr());
    if (it == inPlace.end())
      continue;
    StringRef key = it->second.key ? it->second.key.getValue() : op.getName();
    if (it->second.kind == ParameterOrigin::Kind::Global)
      exportToGlobal(op, key, module, bindings);
    else if (op.getValueAttr())
      exportToConstant(op);
    else
      exportToResource(op, key, bindings);
  }
  return success();
}

void ArgumentExporter::collectParameters() {
  module.walk([&](ParameterOp op) {
    present.insert(op.getNameAttr());
    types[op.getNameAttr()] = op.getType();
  });
  for (auto &[function, signature] : signatures)
    for (const ParameterOrigin &origin : signature.arguments) {
      recorded.insert(origin.parameter);
      types.try_emplace(origin.parameter, origin.type);
    }
}

/// Parameters made since import that have a value become constants. They still count
/// as present: the arguments that they replace are gone.
void ArgumentExporter::keepValues() {
  SmallVector<ParameterOp> parameters;
  module.walk([&](ParameterOp op) {
    if (op.getValueAttr() && !recorded.contains(op.getNameAttr()))
      parameters.push_back(op);
  });
  for (ParameterOp op : parameters)
    exportToConstant(op);
}

/// The recorded parameter, gone from the module, that `parameter` is named after;
/// the longest such name.
StringAttr ArgumentExporter::getReplaced(StringAttr parameter) const {
  StringRef name = parameter.getValue();
  while (true) {
    size_t dot = name.rfind('.');
    if (dot == StringRef::npos)
      return {};
    name = name.take_front(dot);
    auto prefix = StringAttr::get(parameter.getContext(), name);
    if (recorded.contains(prefix))
      return present.contains(prefix) ? StringAttr() : prefix;
  }
}

/// What each function needs: what it reads, what it had unless that was replaced,
/// and what the functions that it calls need.
void ArgumentExporter::collectNeeded() {
  llvm::DenseSet<StringAttr> replaced;
  for (StringAttr parameter : present)
    if (!recorded.contains(parameter))
      if (StringAttr old = getReplaced(parameter))
        replaced.insert(old);
  for (auto &[function, signature] : signatures) {
    for (const ParameterOrigin &origin : signature.arguments)
      if (!replaced.contains(origin.parameter))
        signature.needed.insert(origin.parameter);
    function.walk(
        [&needed = signature.needed](ParameterOp op) { needed.insert(op.getNameAttr()); });
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto &[function, signature] : signatures)
      function.walk([&, &needed = signature.needed](func::CallOp call) {
        auto it = signatures.find(module.lookupSymbol<func::FuncOp>(call.getCallee()));
        if (it == signatures.end() || &it->second.needed == &needed)
          return;
        for (StringAttr parameter : it->second.needed)
          changed |= needed.insert(parameter);
      });
  }
}

void ArgumentExporter::placeArguments(func::FuncOp function, Signature &signature) {
  Builder builder(function.getContext());
  auto makeNew = [&](StringAttr parameter, unsigned index) {
    NamedAttribute tag(StructlinDialect::kParamAttrName, parameter);
    signature.added.push_back(
        {parameter, types.lookup(parameter), builder.getDictionaryAttr(tag), index});
  };
  llvm::DenseSet<StringAttr> placed;
  llvm::sort(signature.arguments,
             [](const ParameterOrigin &a, const ParameterOrigin &b) { return a.index < b.index; });
  for (auto [taken, origin] : llvm::enumerate(signature.arguments)) {
    // `taken` of the arguments before it were taken out at import.
    auto index = unsigned(std::min<int64_t>(std::max<int64_t>(origin.index - int64_t(taken), 0),
                                            function.getNumArguments()));
    if (signature.needed.contains(origin.parameter)) {
      signature.added.push_back({origin.parameter, origin.type, origin.attrs, index});
      placed.insert(origin.parameter);
      continue;
    }
    for (StringAttr parameter : signature.needed)
      if (!recorded.contains(parameter) && getReplaced(parameter) == origin.parameter &&
          placed.insert(parameter).second)
        makeNew(parameter, index);
  }
  for (StringAttr parameter : signature.needed)
    if (placed.insert(parameter).second)
      makeNew(parameter, function.getNumArguments());
}

/// Every call passes the added arguments as parameters of the caller, which become
/// its own arguments in turn.
void ArgumentExporter::extendCalls() {
  SmallVector<func::CallOp> calls;
  module.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto it = signatures.find(module.lookupSymbol<func::FuncOp>(call.getCallee()));
    if (it == signatures.end())
      continue;
    OpBuilder builder(call);
    for (const AddedArgument &added : llvm::reverse(it->second.added)) {
      Value parameter = ParameterOp::create(builder, call.getLoc(), added.type, added.parameter,
                                            /*value=*/ElementsAttr());
      call->insertOperands(added.index, parameter);
    }
  }
}

LogicalResult ArgumentExporter::extendFunction(func::FuncOp function, const Signature &signature) {
  SmallVector<ParameterOp> parameters;
  llvm::DenseMap<StringAttr, Location> locs;
  function.walk([&](ParameterOp op) {
    parameters.push_back(op);
    locs.try_emplace(op.getNameAttr(), op.getLoc());
  });
  SmallVector<unsigned> indices;
  SmallVector<Type> argumentTypes;
  SmallVector<DictionaryAttr> attrs;
  SmallVector<Location> argumentLocs;
  for (const AddedArgument &added : signature.added) {
    indices.push_back(added.index);
    argumentTypes.push_back(added.type);
    attrs.push_back(added.attrs);
    auto it = locs.find(added.parameter);
    argumentLocs.push_back(it == locs.end() ? function.getLoc() : it->second);
  }
  if (failed(function.insertArguments(indices, argumentTypes, attrs, argumentLocs)))
    return failure();
  llvm::DenseMap<StringAttr, Value> arguments;
  for (auto [position, added] : llvm::enumerate(signature.added)) {
    unsigned index = added.index + position;
    arguments.try_emplace(added.parameter, function.getArgument(index));
    bindings.arguments[function][index] = added.parameter;
  }
  for (ParameterOp op : parameters) {
    op.replaceAllUsesWith(arguments.lookup(op.getNameAttr()));
    op.erase();
  }
  return success();
}

LogicalResult ArgumentExporter::run() {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal() && failed(restoreInPlace(function, signatures[function])))
      return failure();
  collectParameters();
  keepValues();
  collectNeeded();
  for (auto &[function, signature] : signatures)
    placeArguments(function, signature);
  extendCalls();
  for (auto &[function, signature] : signatures)
    if (failed(extendFunction(function, signature)))
      return failure();
  return success();
}

LogicalResult structlin::exportToArguments(ModuleOp module, ParameterBindings &bindings) {
  return ArgumentExporter(module, bindings).run();
}
