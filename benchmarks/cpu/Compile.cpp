//===- Compile.cpp - kernels compiled for this machine --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "structlin/Emit/KernelFunction.h"
#include "structlin/Emit/LowerEmitted.h"
#include "structlin/Emit/PartialVectors.h"
#include "structlin/Host/HostAttr.h"
#include "structlin/InitAll.h"

using namespace structlin;
using namespace structlin::benchmark;
using namespace structlin::kernels;
using mlir::structlin::CallArgument;
using mlir::structlin::JITModule;

mlir::MLIRContext &benchmark::getContext() {
  static mlir::MLIRContext *context = [] {
    mlir::DialectRegistry registry;
    mlir::registerAllDialects(registry);
    mlir::structlin::registerAllDialects(registry);
    mlir::registerAllExtensions(registry);
    mlir::registerAllToLLVMIRTranslations(registry);
    auto *context = new mlir::MLIRContext(registry, mlir::MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    return context;
  }();
  return *context;
}

/// Writes finished products to y, rounded to its type.
static mlir::structlin::EmitFinish storeTo(mlir::Value y, const Target &target) {
  return [y, target](mlir::OpBuilder &builder, mlir::Location location,
                     mlir::ArrayRef<mlir::structlin::VectorGrid> products, mlir::Value row,
                     mlir::Value col, int64_t cols) {
    using namespace mlir;
    const mlir::structlin::VectorGrid &grid = products[0];
    auto moved = [&](Value index, int64_t distance) -> Value {
      Value constant = arith::ConstantIndexOp::create(builder, location, distance);
      return arith::AddIOp::create(builder, location, index, constant);
    };
    for (int64_t i = 0; i < grid.rows; ++i)
      for (int64_t j = 0; j < grid.perRow; ++j) {
        int64_t lanes = cast<VectorType>(grid(i, j).getType()).getDimSize(0);
        if (j * lanes < cols)
          mlir::structlin::storeFirst(builder, location, target, grid(i, j), y,
                                      {moved(row, i), moved(col, j * lanes)}, cols - j * lanes);
      }
  };
}

/// A module with the function "kernel".
static mlir::OwningOpRef<mlir::ModuleOp> emit(const Layer &layer, const Schedule &schedule,
                                              const Target &target) {
  mlir::OpBuilder builder(&getContext());
  mlir::Location location = builder.getUnknownLoc();
  mlir::OwningOpRef<mlir::ModuleOp> module(mlir::ModuleOp::create(location));
  builder.setInsertionPointToStart(module->getBody());
  auto type = [&](ElementType element, llvm::ArrayRef<int64_t> shape) {
    return mlir::MemRefType::get(shape,
                                 mlir::structlin::getIRElementType(builder.getContext(), element));
  };
  constexpr int64_t tokens = mlir::ShapedType::kDynamic;
  llvm::SmallVector<mlir::Type> types{type(layer.type, {tokens, layer.shape.inputs})};
  for (const HostTensor &factor : layer.factors)
    types.push_back(type(factor.type(), factor.shape()));
  types.push_back(type(layer.type, {tokens, layer.shape.outputs}));
  // The multiplications, by which the runtime decides how many threads they are worth.
  auto work = [&](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange arguments) {
    double each = layer.keep * layer.shape.inputs * layer.shape.outputs;
    mlir::Value m = mlir::memref::DimOp::create(builder, location, arguments[0], 0);
    mlir::Value perToken =
        mlir::arith::ConstantIndexOp::create(builder, location, static_cast<int64_t>(each));
    return mlir::arith::MulIOp::create(builder, location, m, perToken).getResult();
  };
  auto body = [&](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange arguments,
                  const mlir::structlin::Team &team) {
    mlir::structlin::KernelEmitter emitter(target, builder, location,
                                           storeTo(arguments.back(), target), team);
    emitter.write([&](mlir::structlin::KernelEmitter &emitter) {
      llvm::SmallVector<Buffer> buffers;
      for (mlir::Value argument : arguments.drop_back())
        buffers.push_back(emitter.add(argument));
      layer.build(emitter, buffers, buffers[0].shape[0], schedule);
    });
  };
  auto function =
      mlir::structlin::emitKernelFunction(builder, location, "kernel", types, work, body);
  function->setAttr("llvm.emit_c_interface", builder.getUnitAttr());
  return module;
}

/// Stops the program: a benchmark has nothing to go on with.
static void require(bool condition, const llvm::Twine &what) {
  if (!condition)
    llvm::report_fatal_error(what, /*gen_crash_diag=*/false);
}

CompiledKernel CompiledKernel::compile(const Layer &layer, const Schedule &schedule,
                                       const Target &target) {
  std::string why = checkSchedule(schedule, layer.type, target);
  require(why.empty(), why);
  auto module = emit(layer, schedule, target);
  require(succeeded(mlir::verify(*module)) &&
              succeeded(mlir::structlin::lowerEmittedKernels(*module)),
          "a kernel could not be lowered");
  auto jit = JITModule::create(*module, {});
  require(bool(jit), "a kernel could not be compiled");
  CompiledKernel kernel;
  kernel.module = std::move(*jit);
  kernel.function = llvm::cantFail(kernel.module->lookup("kernel"));
  return kernel;
}

std::function<void()> CompiledKernel::bind(const Layer &layer, int64_t m, void *x,
                                           llvm::ArrayRef<void *> factors, void *y) const {
  struct Call {
    std::vector<CallArgument> arguments;
    std::vector<void *> pointers;
    std::shared_ptr<JITModule> module;
  };
  auto call = std::make_shared<Call>();
  call->module = module;
  call->arguments.push_back(CallArgument::buffer(x, {m, layer.shape.inputs}));
  for (auto [factor, memory] : llvm::zip_equal(layer.factors, factors))
    call->arguments.push_back(CallArgument::buffer(memory, factor.shape()));
  call->arguments.push_back(CallArgument::buffer(y, {m, layer.shape.outputs}));
  for (CallArgument &argument : call->arguments) {
    argument.settle();
    call->pointers.push_back(argument.pointer());
  }
  call->pointers.push_back(nullptr);
  return [call, function = function] { function(call->pointers.data()); };
}

void benchmark::printKernel(const Layer &layer, const Schedule &schedule, const Target &target,
                            llvm::raw_ostream &os) {
  auto module = emit(layer, schedule, target);
  require(succeeded(mlir::verify(*module)) &&
              succeeded(mlir::structlin::lowerEmittedKernels(*module)),
          "a kernel could not be lowered");
  module->print(os);
}
