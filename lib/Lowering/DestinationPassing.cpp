//===- DestinationPassing.cpp - results into the caller's buffers ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Done on tensors: bufferization then computes each result in place, also where its
// size is dynamic, instead of allocating and copying it.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "structlin/Lowering/EntryFunctions.h"
#include "structlin/Lowering/Passes.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINDESTINATIONPASSING
#include "structlin/Lowering/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

bool structlin::isEntry(func::FuncOp function) {
  return function.isPublic() && !function.isExternal();
}

static LogicalResult verifyResultTypes(func::FuncOp entry) {
  for (auto [index, type] : llvm::enumerate(entry.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor ? !tensor.getEncoding() : type.isIntOrIndexOrFloat())
      continue;
    return entry.emitError("expected result ")
           << index << " of an entry function to be a ranked tensor without encoding or a "
           << "scalar, got " << type;
  }
  return success();
}

/// Callers inside the module go on with a private function of the old form.
static LogicalResult keepPrivateCopyForCallers(func::FuncOp entry, SymbolTable &symbols) {
  auto module = entry->getParentOfType<ModuleOp>();
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(entry.getNameAttr(), module);
  if (!uses)
    return entry.emitError("expected the uses of an entry function to be known");
  if (uses->empty())
    return success();
  func::FuncOp copy = entry.clone();
  copy.setPrivate();
  StringAttr name = symbols.insert(copy, Block::iterator(entry->getNextNode()));
  return SymbolTable::replaceAllSymbolUses(entry.getNameAttr(), name, module);
}

static void storeResult(OpBuilder &builder, Location loc, Value result, Value out) {
  if (!isa<RankedTensorType>(result.getType())) {
    memref::StoreOp::create(builder, loc, result, out, ValueRange());
    return;
  }
  bufferization::MaterializeInDestinationOp::create(builder, loc, TypeRange(), result, out,
                                                    /*restrict=*/true, /*writable=*/true);
}

/// Marks the inputs as read-only and the function as called from C.
static void markEntry(func::FuncOp entry) {
  Builder builder(entry.getContext());
  for (BlockArgument argument : entry.getArguments())
    if (isa<TensorType>(argument.getType()))
      entry.setArgAttr(argument.getArgNumber(),
                       bufferization::BufferizationDialect::kWritableAttrName,
                       builder.getBoolAttr(false));
  entry->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(), builder.getUnitAttr());
}

static LogicalResult writeResultsToArguments(func::FuncOp entry) {
  MLIRContext *context = entry.getContext();
  Builder builder(context);
  if (entry.getNumResults() == 0)
    return success();

  unsigned firstOut = entry.getNumArguments();
  SmallVector<Type> resultTypes(entry.getResultTypes());
  DictionaryAttr tag =
      builder.getDictionaryAttr(builder.getNamedAttr(kResultAttrName, builder.getUnitAttr()));
  for (Type type : resultTypes) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    auto out = tensor ? MemRefType::get(tensor.getShape(), tensor.getElementType())
                      : MemRefType::get({}, type);
    if (failed(entry.insertArgument(entry.getNumArguments(), out, tag, entry.getLoc())))
      return failure();
  }
  entry.walk([&](func::ReturnOp op) {
    OpBuilder atReturn(op);
    for (auto [index, result] : llvm::enumerate(op.getOperands()))
      storeResult(atReturn, op.getLoc(), result, entry.getArgument(firstOut + index));
    op.getOperandsMutable().clear();
  });
  entry.setType(FunctionType::get(context, entry.getArgumentTypes(), {}));
  entry.removeResAttrsAttr();
  return success();
}

LogicalResult structlin::makeDestinationPassing(ModuleOp module) {
  SmallVector<func::FuncOp> entries =
      llvm::filter_to_vector(module.getOps<func::FuncOp>(), isEntry);
  SymbolTable symbols(module);
  for (func::FuncOp entry : entries)
    if (failed(verifyResultTypes(entry)) || failed(keepPrivateCopyForCallers(entry, symbols)))
      return failure();
  for (func::FuncOp entry : entries) {
    // The shape function is a copy of the entry and takes its marks over.
    markEntry(entry);
    if (failed(buildShapeFunction(entry)) || failed(writeResultsToArguments(entry)))
      return failure();
  }
  return success();
}

namespace {
struct DestinationPassingPass
    : structlin::impl::StructlinDestinationPassingBase<DestinationPassingPass> {
  void runOnOperation() override {
    if (failed(makeDestinationPassing(getOperation())))
      signalPassFailure();
  }
};
} // namespace
