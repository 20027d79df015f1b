//===- ExportParameters.cpp - parameters for host compilers --------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass --structlin-export-parameters, and the forms that keep signatures as
// they are.
//
//===----------------------------------------------------------------------===//

#include "structlin/Import/ExportParameters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/Import/ParameterOrigin.h"
#include "structlin/Import/Passes.h"

using namespace mlir;
using namespace mlir::structlin;

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEXPORTPARAMETERS
#include "structlin/Import/Passes.h.inc"
} // namespace mlir::structlin

static void replaceByConstant(ParameterOp op, TypedAttr value) {
  OpBuilder builder(op);
  op.replaceAllUsesWith(arith::ConstantOp::create(builder, op.getLoc(), value).getResult());
  op.erase();
}

void structlin::exportToConstant(ParameterOp op) {
  replaceByConstant(op, cast<TypedAttr>(op.getValueAttr()));
}

/// The handle of the resource `key`, which need not have a blob.
static DenseResourceElementsHandle getHandle(MLIRContext *context, StringRef key) {
  auto *dialect = context->getLoadedDialect<BuiltinDialect>();
  auto &manager = DenseResourceElementsHandle::getManagerInterface(context).getBlobManager();
  if (auto *entry = manager.lookup(key))
    return DenseResourceElementsHandle(entry, dialect);
  return manager.insert<DenseResourceElementsHandle>(dialect, key);
}

/// The bytes of `value`, one copy of the element for each position.
static AsmResourceBlob copyToBlob(DenseElementsAttr value) {
  constexpr size_t alignment = 64;
  ArrayRef<char> raw = value.getRawData();
  size_t numCopies = value.isSplat() ? value.getNumElements() : 1;
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(raw.size() * numCopies, alignment);
  for (size_t copy = 0; copy < numCopies; ++copy)
    llvm::copy(raw, blob.getMutableData().begin() + copy * raw.size());
  return blob;
}

void structlin::exportToResource(ParameterOp op, StringRef key, ParameterBindings &bindings) {
  ElementsAttr value = op.getValueAttr();
  auto dense = dyn_cast_or_null<DenseElementsAttr>(value);
  // Booleans are packed inline, and have no layout that all readers of resources share.
  if (isa_and_nonnull<DenseResourceElementsAttr>(value) ||
      (dense && op.getType().getElementType().isInteger(1)))
    return exportToConstant(op);
  auto type = cast<ShapedType>(op.getType());
  if (dense)
    return replaceByConstant(op, DenseResourceElementsAttr::get(type, key, copyToBlob(dense)));
  bindings.resources.insert(
      {StringAttr::get(op.getContext(), key), {op.getNameAttr(), op.getType()}});
  replaceByConstant(op, DenseResourceElementsAttr::get(type, getHandle(op.getContext(), key)));
}

void structlin::exportToGlobal(ParameterOp op, StringRef symbol, ModuleOp module,
                               ParameterBindings &bindings) {
  Type type = op.getType();
  auto global = module.lookupSymbol<ml_program::GlobalOp>(symbol);
  if (!global || global.getIsMutable() || global.getType() != type) {
    OpBuilder builder(op.getContext());
    Attribute value = op.getValueAttr();
    if (!value)
      value = ml_program::ExternAttr::get(op.getContext(), type);
    global = ml_program::GlobalOp::create(builder, op.getLoc(), symbol, type, /*is_mutable=*/false,
                                          value, builder.getStringAttr("private"));
    // Before the function that reads it, so that globals keep the parameters' order.
    Operation *reader = module.getBody()->findAncestorOpInBlock(*op);
    SymbolTable(module).insert(global, Block::iterator(reader));
  }
  if (isa_and_nonnull<ml_program::ExternAttr>(global.getValueAttr()))
    bindings.globals.insert({global.getSymNameAttr(), {op.getNameAttr(), type}});
  OpBuilder builder(op);
  auto load = ml_program::GlobalLoadConstOp::create(builder, op.getLoc(), type,
                                                    SymbolRefAttr::get(global.getSymNameAttr()));
  op.replaceAllUsesWith(load.getResult());
  op.erase();
}

FailureOr<ParameterBindings> structlin::exportParameters(ModuleOp module, ExportTarget target) {
  ParameterBindings bindings;
  if (target == ExportTarget::Arguments && failed(exportToArguments(module, bindings)))
    return failure();
  SmallVector<ParameterOp> parameters;
  module.walk([&](ParameterOp op) { parameters.push_back(op); });
  for (ParameterOp op : parameters) {
    if (target == ExportTarget::Resources)
      exportToResource(op, op.getName(), bindings);
    else if (target == ExportTarget::Globals)
      exportToGlobal(op, op.getName(), module, bindings);
    else
      return op.emitOpError("expected to be inside a func.func, whose argument it could become");
  }
  module.walk([](func::FuncOp function) { function->removeAttr(kSignatureAttrName); });
  return bindings;
}

namespace {
struct StructlinExportParameters
    : public structlin::impl::StructlinExportParametersBase<StructlinExportParameters> {
  using Base::Base;

  void runOnOperation() override {
    FailureOr<ParameterBindings> bindings = exportParameters(getOperation(), to);
    if (failed(bindings))
      return signalPassFailure();
    if (!manifest.empty() && failed(writeManifest(getOperation(), *bindings, manifest)))
      signalPassFailure();
  }
};
} // namespace
