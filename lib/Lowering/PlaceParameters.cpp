//===- PlaceParameters.cpp - parameters in one buffer ---------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters become views of a buffer that the caller passes, so that values never
// become constants of the compiled code.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "structlin/IR/StructlinOps.h"
#include "structlin/Lowering/ParameterLayout.h"
#include "structlin/Lowering/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINPLACEPARAMETERS
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

namespace {
/// The parameter operations of one module, in the order in which they appear.
struct Uses {
  llvm::MapVector<StringAttr, PlacedParameter> parameters;
  llvm::MapVector<func::FuncOp, SmallVector<ParameterOp>> byFunction;
};
} // namespace

/// Enters `op` into `uses`; the same name must mean the same storage.
static LogicalResult recordUse(ParameterOp op, Uses &uses) {
  auto function =
      dyn_cast_or_null<func::FuncOp>(op->getParentWithTrait<OpTrait::IsIsolatedFromAbove>());
  if (!function)
    return op.emitOpError("expected its closest isolated parent to be a function, open groups "
                          "before placing parameters");
  auto type = cast<RankedTensorType>(op.getResult().getType());
  ElementsAttr value = op.getValueAttr();
  auto [entry, inserted] =
      uses.parameters.insert({op.getNameAttr(), {op.getNameAttr(), type, 0, value}});
  PlacedParameter &placed = entry->second;
  if (placed.type != type)
    return op.emitOpError("parameter '")
           << op.getName() << "' has type " << type << ", elsewhere " << placed.type;
  if (placed.value && value && placed.value != value)
    return op.emitOpError("parameter '") << op.getName() << "' has two values";
  if (!placed.value)
    placed.value = value;
  uses.byFunction[function].push_back(op);
  return success();
}

static ParameterLayout computeLayout(const Uses &uses, const DataLayout &dataLayout) {
  ParameterLayout layout;
  for (PlacedParameter parameter : llvm::make_second_range(uses.parameters)) {
    parameter.offset = llvm::alignTo(layout.size, kParameterAlignment);
    int64_t elementSize = dataLayout.getTypeSize(parameter.type.getElementType());
    layout.size = parameter.offset + parameter.type.getNumElements() * elementSize;
    layout.parameters.push_back(parameter);
  }
  layout.size = llvm::alignTo(layout.size, kParameterAlignment);
  return layout;
}

/// The functions that hold a parameter or call one that needs the buffer.
static FailureOr<SetVector<func::FuncOp>> findFunctionsNeedingBuffer(ModuleOp module,
                                                                     const Uses &uses) {
  SetVector<func::FuncOp> needing;
  for (func::FuncOp function : llvm::make_first_range(uses.byFunction))
    needing.insert(function);
  for (size_t i = 0; i < needing.size(); ++i) {
    func::FuncOp callee = needing[i];
    auto symbolUses = SymbolTable::getSymbolUses(callee.getNameAttr(), module);
    if (!symbolUses)
      return module.emitError("expected the uses of '") << callee.getName() << "' to be known";
    for (const SymbolTable::SymbolUse &use : *symbolUses) {
      auto call = dyn_cast<func::CallOp>(use.getUser());
      auto caller = call ? call->getParentOfType<func::FuncOp>() : func::FuncOp();
      if (!caller)
        return use.getUser()->emitError("expected '")
               << callee.getName()
               << "' to be used by func.call only: it needs the parameter buffer";
      needing.insert(caller);
    }
  }
  return needing;
}

static LogicalResult addBufferArgument(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  auto type = MemRefType::get({ShapedType::kDynamic}, IntegerType::get(context, 8));
  NamedAttrList attributes;
  attributes.set(kParametersAttrName, UnitAttr::get(context));
  return function.insertArgument(function.getNumArguments(), type,
                                 attributes.getDictionary(context), function.getLoc());
}

static void passBufferToCallees(func::FuncOp function, const SetVector<func::FuncOp> &needing) {
  Value buffer = function.getArguments().back();
  function.walk([&](func::CallOp call) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    if (needing.contains(callee))
      call.getOperandsMutable().append(buffer);
  });
}

/// One view per parameter, at the start of the function.
static void replaceByViews(func::FuncOp function, ArrayRef<ParameterOp> parameters,
                           const llvm::DenseMap<StringAttr, int64_t> &offsets) {
  Value buffer = function.getArguments().back();
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  llvm::DenseMap<StringAttr, Value> views;
  for (ParameterOp op : parameters) {
    Value &tensor = views[op.getNameAttr()];
    if (!tensor) {
      Location loc = op.getLoc();
      auto type = cast<RankedTensorType>(op.getResult().getType());
      Value offset = arith::ConstantIndexOp::create(builder, loc, offsets.lookup(op.getNameAttr()));
      Value view = memref::ViewOp::create(builder, loc,
                                          MemRefType::get(type.getShape(), type.getElementType()),
                                          buffer, offset, ValueRange());
      tensor = bufferization::ToTensorOp::create(builder, loc, type, view, /*restrict=*/true);
    }
    op.getResult().replaceAllUsesWith(tensor);
  }
  // Only now: the builder may stand before one of them.
  for (ParameterOp op : parameters)
    op.erase();
}

LogicalResult structlin::placeParameters(ModuleOp module) {
  Uses uses;
  WalkResult recorded = module.walk([&](ParameterOp op) {
    return failed(recordUse(op, uses)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (recorded.wasInterrupted())
    return failure();
  if (uses.parameters.empty())
    return success();
  if (module->hasAttr(kParameterLayoutAttrName))
    return module.emitError("expected no parameters beside an existing '")
           << kParameterLayoutAttrName << "'";
  FailureOr<SetVector<func::FuncOp>> needing = findFunctionsNeedingBuffer(module, uses);
  if (failed(needing))
    return failure();

  ParameterLayout layout = computeLayout(uses, DataLayout(module));
  llvm::DenseMap<StringAttr, int64_t> offsets;
  for (const PlacedParameter &parameter : layout.parameters)
    offsets[parameter.name] = parameter.offset;
  for (func::FuncOp function : *needing)
    if (failed(addBufferArgument(function)))
      return failure();
  for (func::FuncOp function : *needing)
    passBufferToCallees(function, *needing);
  for (auto &[function, parameters] : uses.byFunction)
    replaceByViews(function, parameters, offsets);
  module->setAttr(kParameterLayoutAttrName, layout.toAttribute(module.getContext()));
  return success();
}

namespace {
struct PlaceParametersPass : structlin::impl::StructlinPlaceParametersBase<PlaceParametersPass> {
  void runOnOperation() override {
    if (failed(placeParameters(getOperation())))
      signalPassFailure();
  }
};
} // namespace
