//===- RuntimeCalls.cpp - calls of the runtime ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlir::structlin;

Type structlin::getTeamType(MLIRContext *context) { return LLVM::LLVMPointerType::get(context); }

Value structlin::callRuntime(OpBuilder &builder, Location location, ModuleOp module, StringRef name,
                             Type result, ValueRange operands) {
  TypeRange results = result ? TypeRange(result) : TypeRange();
  if (!SymbolTable::lookupSymbolIn(module, name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    auto type = builder.getFunctionType(operands.getTypes(), results);
    auto function = func::FuncOp::create(builder, location, name, type);
    function.setPrivate();
    // A memref is returned as C does it: through a pointer.
    if (isa_and_nonnull<MemRefType>(result))
      function->setAttr("llvm.emit_c_interface", builder.getUnitAttr());
  }
  auto call = func::CallOp::create(builder, location, name, results, operands);
  return result ? call.getResult(0) : Value();
}
