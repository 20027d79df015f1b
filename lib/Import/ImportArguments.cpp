//===- ImportArguments.cpp - arguments to parameters ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides which arguments are parameters, across calls, and rewrites functions and
// calls accordingly.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/ArgumentWeights.h"
#include "structlin/Import/ImportParameters.h"
#include "structlin/Import/ParameterOrigin.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// The name of each argument that becomes a parameter; null for the others.
using ArgumentNames = SmallVector<StringAttr>;

class ArgumentImporter {
public:
  ArgumentImporter(ModuleOp module, const ImportParametersOptions &options, ParameterNames &names)
      : module(module), options(options), names(names) {}

  LogicalResult run();

private:
  LogicalResult collectTags();
  LogicalResult collectUntagged();
  void passIntoPrivateCallees();
  bool isBound(func::CallOp call);
  void splitUnboundCalls();
  LogicalResult checkUses();
  LogicalResult convert(func::FuncOp function, ArrayRef<StringAttr> argumentNames);

  StringAttr getPassedParameter(Value value) const;
  SmallVector<func::CallOp> getCalls(func::FuncOp callee) const;
  bool isOnlyCalled(func::FuncOp function) const;

  ModuleOp module;
  const ImportParametersOptions &options;
  ParameterNames &names;
  llvm::MapVector<func::FuncOp, ArgumentNames> functions;
};
} // namespace

static bool hasAny(ArrayRef<StringAttr> names) {
  return llvm::any_of(names, [](StringAttr name) { return bool(name); });
}

LogicalResult ArgumentImporter::collectTags() {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    ArgumentNames &argumentNames = functions[function];
    argumentNames.resize(function.getNumArguments());
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
      auto tag = function.getArgAttrOfType<StringAttr>(index, StructlinDialect::kParamAttrName);
      if (!tag)
        continue;
      Location loc = function.getArgument(index).getLoc();
      if (!isa<RankedTensorType>(type))
        return emitError(loc) << "expected the parameter " << tag << " to be a tensor, got "
                              << type;
      if (failed(names.take(tag, type, loc)))
        return failure();
      argumentNames[index] = tag;
    }
  }
  return success();
}

LogicalResult ArgumentImporter::collectUntagged() {
  if (!options.argumentsAsWeights)
    return success();
  for (int64_t listed : options.weights)
    if (llvm::none_of(functions, [&](auto &entry) {
          return listed >= 0 && listed < int64_t(entry.second.size());
        }))
      return module.emitError() << "expected 'weights' to list positions of arguments, got "
                                << listed;
  for (auto &[function, argumentNames] : functions)
    for (unsigned index : findArgumentWeights(function, options.weights)) {
      Builder builder(function.getContext());
      Attribute identity =
          builder.getArrayAttr({function.getSymNameAttr(), builder.getIndexAttr(index)});
      argumentNames[index] = names.makeUnique(builder.getStringAttr("arg" + Twine(index)),
                                              function.getArgumentTypes()[index], identity);
    }
  return success();
}

SmallVector<func::CallOp> ArgumentImporter::getCalls(func::FuncOp callee) const {
  SmallVector<func::CallOp> calls;
  module->walk([&](func::CallOp call) {
    if (call.getCallee() == callee.getSymName())
      calls.push_back(call);
  });
  return calls;
}

bool ArgumentImporter::isOnlyCalled(func::FuncOp function) const {
  auto uses = SymbolTable::getSymbolUses(function, module);
  return uses && llvm::all_of(*uses, [](SymbolTable::SymbolUse use) {
           return isa<func::CallOp>(use.getUser());
         });
}

/// The parameter that a call operand is, in its own function.
StringAttr ArgumentImporter::getPassedParameter(Value value) const {
  if (auto parameter = value.getDefiningOp<ParameterOp>())
    return parameter.getNameAttr();
  auto argument = dyn_cast<BlockArgument>(value);
  auto caller = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : nullptr;
  if (!caller || !argument.getOwner()->isEntryBlock())
    return {};
  auto it = functions.find(caller);
  return it == functions.end() ? StringAttr() : it->second[argument.getArgNumber()];
}

/// An argument of a private function to which every call passes one parameter is
/// that parameter. Goes on until nothing changes, as calls are nested.
void ArgumentImporter::passIntoPrivateCallees() {
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto &[function, argumentNames] : functions) {
      if (!function.isPrivate() || !isOnlyCalled(function))
        continue;
      SmallVector<func::CallOp> calls = getCalls(function);
      for (auto [index, name] : llvm::enumerate(argumentNames)) {
        if (name || calls.empty())
          continue;
        StringAttr passed = getPassedParameter(calls.front().getOperand(index));
        if (!passed || !llvm::all_of(calls, [&, i = index](func::CallOp call) {
              return getPassedParameter(call.getOperand(i)) == passed;
            }))
          continue;
        name = passed;
        changed = true;
      }
    }
  }
}

/// Whether a call passes to each parameter of its callee that parameter itself.
bool ArgumentImporter::isBound(func::CallOp call) {
  auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
  auto it = functions.find(callee);
  if (it == functions.end())
    return true;
  return llvm::all_of(llvm::zip_equal(it->second, call.getOperands()), [&](auto pair) {
    auto [name, operand] = pair;
    return !name || getPassedParameter(operand) == name;
  });
}

/// A call that passes something else keeps its meaning: its callee is copied, and
/// the copy keeps its arguments. A private function that is only called so is left
/// as it is. Copies contain calls of their own, hence the loop.
void ArgumentImporter::splitUnboundCalls() {
  SymbolTable symbols(module);
  llvm::DenseMap<func::FuncOp, func::FuncOp> copies;
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto &[function, argumentNames] : functions) {
      if (!hasAny(argumentNames) || !function.isPrivate())
        continue;
      SmallVector<func::CallOp> calls = getCalls(function);
      if (calls.empty() || llvm::any_of(calls, [&](func::CallOp c) { return isBound(c); }))
        continue;
      argumentNames.assign(argumentNames.size(), StringAttr());
      changed = true;
    }
    SmallVector<func::CallOp> unbound;
    module.walk([&](func::CallOp call) {
      if (!isBound(call))
        unbound.push_back(call);
    });
    for (func::CallOp call : unbound) {
      auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
      func::FuncOp &copy = copies[callee];
      if (!copy) {
        copy = callee.clone();
        copy.setPrivate();
        copy.setSymName((callee.getSymName() + "_with_arguments").str());
        for (unsigned index = 0; index < copy.getNumArguments(); ++index)
          copy.removeArgAttr(index, StructlinDialect::kParamAttrName);
        symbols.insert(copy, std::next(Block::iterator(callee)));
        functions[copy].resize(copy.getNumArguments());
        changed = true;
      }
      call.setCallee(copy.getSymName());
    }
  }
}

LogicalResult ArgumentImporter::checkUses() {
  for (auto &[function, argumentNames] : functions)
    if (hasAny(argumentNames) && !isOnlyCalled(function))
      return function.emitError() << "expected '" << function.getSymName()
                                  << "', whose arguments are parameters, to be used by calls alone";
  return success();
}

/// The positions that the arguments of `function` have in its original signature,
/// from which an earlier import may have taken some.
static FailureOr<SmallVector<int64_t>> getOriginalPositions(func::FuncOp function) {
  FailureOr<SmallVector<ParameterOrigin>> earlier = getParameterOrigins(function);
  if (failed(earlier))
    return failure();
  SmallVector<int64_t> positions;
  for (int64_t position = 0; positions.size() < function.getNumArguments(); ++position)
    if (llvm::none_of(*earlier, [&](const ParameterOrigin &origin) {
          return origin.kind == ParameterOrigin::Kind::Argument && origin.index == position;
        }))
      positions.push_back(position);
  return positions;
}

LogicalResult ArgumentImporter::convert(func::FuncOp function, ArrayRef<StringAttr> argumentNames) {
  FailureOr<SmallVector<int64_t>> positions = getOriginalPositions(function);
  if (failed(positions))
    return failure();
  BitVector erased(argumentNames.size());
  SmallVector<ParameterOrigin> origins;
  llvm::MapVector<StringAttr, Value> parameters;
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  for (auto [index, name] : llvm::enumerate(argumentNames)) {
    if (!name)
      continue;
    erased.set(index);
    BlockArgument argument = function.getArgument(index);
    DictionaryAttr attrs = function.getArgAttrDict(index);
    origins.push_back({ParameterOrigin::Kind::Argument, name, (*positions)[index],
                       argument.getType(), attrs ? attrs : builder.getDictionaryAttr({}),
                       StringAttr()});
    Value &parameter = parameters[name];
    if (!parameter)
      parameter = ParameterOp::create(builder, argument.getLoc(), argument.getType(), name,
                                      /*value=*/ElementsAttr());
    argument.replaceAllUsesWith(parameter);
  }
  for (func::CallOp call : getCalls(function))
    call->eraseOperands(erased);
  addParameterOrigins(function, origins);
  return function.eraseArguments(erased);
}

LogicalResult ArgumentImporter::run() {
  if (failed(collectTags()) || failed(collectUntagged()))
    return failure();
  passIntoPrivateCallees();
  splitUnboundCalls();
  if (failed(checkUses()))
    return failure();
  for (auto &[function, argumentNames] : functions)
    if (hasAny(argumentNames) && failed(convert(function, argumentNames)))
      return failure();
  return success();
}

LogicalResult structlin::importArguments(ModuleOp module, const ImportParametersOptions &options,
                                         ParameterNames &names) {
  return ArgumentImporter(module, options, names).run();
}
