//===- KernelFunction.cpp - functions that run kernels on threads ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "structlin/Emit/KernelFunction.h"
#include "RuntimeCalls.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::structlin;

static func::FuncOp emitBody(OpBuilder &builder, Location location, StringRef name,
                             TypeRange arguments, EmitKernelBody body) {
  Type index = builder.getIndexType();
  SmallVector<Type> types{index, index, getTeamType(builder.getContext())};
  llvm::append_range(types, arguments);
  auto function = func::FuncOp::create(builder, location, name, builder.getFunctionType(types, {}));
  function.setPrivate();
  // It has two callers, and is to be there once.
  function.setNoInline(true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(function.addEntryBlock());
  ValueRange values = function.getArguments();
  body(builder, location, values.drop_front(3), Team{values[0], values[1], values[2]});
  func::ReturnOp::create(builder, location);
  return function;
}

/// Calls the body on each thread of a parallel region of `size` threads. OpenMP may give
/// fewer, so each thread asks.
static void emitParallelCall(OpBuilder &builder, Location location, func::FuncOp body, Value size,
                             Value team, ValueRange arguments) {
  auto module = body->getParentOfType<ModuleOp>();
  omp::ParallelOperands clauses;
  clauses.numThreads = arith::IndexCastOp::create(builder, location, builder.getI32Type(), size);
  auto parallel = omp::ParallelOp::create(builder, location, clauses);
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&parallel.getRegion());
  Type index = builder.getIndexType();
  SmallVector<Value> operands{
      callRuntime(builder, location, module, "structlin_thread_number", index, {}),
      callRuntime(builder, location, module, "structlin_num_threads", index, {}), team};
  llvm::append_range(operands, arguments);
  func::CallOp::create(builder, location, body, operands);
  omp::TerminatorOp::create(builder, location);
}

func::FuncOp mlir::structlin::emitKernelFunction(OpBuilder &builder, Location location,
                                                 StringRef name, TypeRange arguments,
                                                 EmitKernelWork work, EmitKernelBody body) {
  func::FuncOp inner = emitBody(builder, location, (name + "_body").str(), arguments, body);
  auto function =
      func::FuncOp::create(builder, location, name, builder.getFunctionType(arguments, {}));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(function.addEntryBlock());
  auto module = function->getParentOfType<ModuleOp>();
  ValueRange values = function.getArguments();
  Type index = builder.getIndexType();
  Value team = callRuntime(builder, location, module, "structlin_team_begin",
                           getTeamType(builder.getContext()), work(builder, location, values));
  Value size = callRuntime(builder, location, module, "structlin_team_size", index, team);
  Value one = arith::ConstantIndexOp::create(builder, location, 1);
  Value isAlone = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, size, one);
  auto branch = scf::IfOp::create(builder, location, isAlone, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    Value zero = arith::ConstantIndexOp::create(builder, location, 0);
    SmallVector<Value> operands{zero, one, team};
    llvm::append_range(operands, values);
    func::CallOp::create(builder, location, inner, operands);
    builder.setInsertionPointToStart(branch.elseBlock());
    emitParallelCall(builder, location, inner, size, team, values);
  }
  callRuntime(builder, location, module, "structlin_team_end", nullptr, team);
  func::ReturnOp::create(builder, location);
  return function;
}
