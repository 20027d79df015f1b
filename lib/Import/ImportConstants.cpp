//===- ImportConstants.cpp - constants and globals to parameters ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights whose place in the module is a constant operation or a global.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Import/ContractionForm.h"
#include "structlin/Import/ImportParameters.h"
#include "structlin/Import/LayoutView.h"
#include "structlin/Import/ParameterOrigin.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::structlin;

/// Replaces an operation by a parameter and records where it came from.
static void replaceByParameter(Operation *op, StringAttr name, ElementsAttr value,
                               ParameterOrigin::Kind kind, StringAttr key) {
  OpBuilder builder(op);
  auto function = op->getParentOfType<func::FuncOp>();
  Value parameter =
      ParameterOp::create(builder, op->getLoc(), op->getResult(0).getType(), name, value);
  op->getResult(0).replaceAllUsesWith(parameter);
  op->erase();
  if (function)
    addParameterOrigins(function, {{kind, name, -1, Type(), DictionaryAttr(), key}});
}

/// The constants that reach an operand of a contraction through layout operations.
static llvm::DenseSet<Operation *> findConstantFactors(ModuleOp module) {
  llvm::DenseSet<Operation *> factors;
  module.walk([&](linalg::LinalgOp op) {
    std::string why;
    FailureOr<ContractionForm> form = matchContraction(op, why);
    if (failed(form))
      return;
    for (unsigned side : {0, 1})
      if (auto constant =
              getLayoutSource(form->getOperand(side)).getDefiningOp<arith::ConstantOp>())
        factors.insert(constant);
  });
  return factors;
}

LogicalResult structlin::importConstants(ModuleOp module, int64_t minElements,
                                         ParameterNames &names) {
  llvm::DenseSet<Operation *> factors = findConstantFactors(module);
  SmallVector<arith::ConstantOp> constants;
  module.walk([&](arith::ConstantOp op) { constants.push_back(op); });
  llvm::DenseMap<Operation *, unsigned> counters;
  for (arith::ConstantOp op : constants) {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    auto value = dyn_cast<ElementsAttr>(op.getValue());
    if (!type || !value || !type.hasStaticShape() || !isNumber(type.getElementType()))
      continue;
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
      StringRef key = resource.getRawHandle().getKey();
      if (key == "__elided__")
        return op.emitError("expected the value of the constant, got the placeholder "
                            "'__elided__' of a printer that left it out");
      auto keyAttr = StringAttr::get(op.getContext(), key);
      bool hasBlob = resource.getRawHandle().getBlob();
      replaceByParameter(op, names.makeUnique(keyAttr, type, value),
                         hasBlob ? value : ElementsAttr(), ParameterOrigin::Kind::Resource,
                         keyAttr);
      continue;
    }
    bool isWeight = factors.contains(op) || !value.isSplat();
    if (type.getRank() == 0 || type.getNumElements() < minElements || !isWeight)
      continue;
    auto function = op->getParentOfType<func::FuncOp>();
    if (!function)
      continue;
    auto name = StringAttr::get(op.getContext(),
                                function.getSymName() + ".const_" + Twine(counters[function]++));
    replaceByParameter(op, names.makeUnique(name, type, value), value,
                       ParameterOrigin::Kind::Constant, StringAttr());
  }
  return success();
}

/// The immutable global that `op` loads, or null.
static ml_program::GlobalOp getLoadedGlobal(Operation *op) {
  if (auto load = dyn_cast<ml_program::GlobalLoadOp>(op)) {
    auto global = SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(op, load.getGlobal());
    return global && !global.getIsMutable() ? global : nullptr;
  }
  if (auto load = dyn_cast<ml_program::GlobalLoadConstOp>(op))
    return SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(op, load.getGlobal());
  return nullptr;
}

LogicalResult structlin::importGlobals(ModuleOp module, ParameterNames &names) {
  SmallVector<std::pair<Operation *, ml_program::GlobalOp>> loads;
  module.walk([&](Operation *op) {
    if (ml_program::GlobalOp global = getLoadedGlobal(op))
      loads.emplace_back(op, global);
  });
  llvm::SmallSetVector<Operation *, 8> globals;
  for (auto [op, global] : loads) {
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!type || !type.hasStaticShape() || !isNumber(type.getElementType()) ||
        global.getType() != type)
      continue;
    Attribute stored = global.getValueAttr();
    auto value = dyn_cast_or_null<ElementsAttr>(stored);
    if (stored && !value && !isa<ml_program::ExternAttr>(stored))
      continue;
    auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(value);
    if (resource && !resource.getRawHandle().getBlob())
      value = {};
    StringAttr symbol = global.getSymNameAttr();
    replaceByParameter(op, names.makeUnique(symbol, type, SymbolRefAttr::get(symbol)), value,
                       ParameterOrigin::Kind::Global, symbol);
    globals.insert(global);
  }
  for (Operation *global : globals)
    if (cast<ml_program::GlobalOp>(global).isPrivate() &&
        SymbolTable::symbolKnownUseEmpty(global, module))
      global->erase();
  return success();
}
