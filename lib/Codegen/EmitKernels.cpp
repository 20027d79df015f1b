//===- EmitKernels.cpp - code for outlined kernels ------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel becomes a function on buffers, written by the family's kernel over the
// emitter; its elementwise operations go where the kernel finishes its tiles.
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"
#include "KernelContent.h"
#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "structlin/Codegen/KernelOpInterface.h"
#include "structlin/Codegen/Passes.h"
#include "structlin/Emit/KernelFunction.h"
#include "structlin/IR/KernelAttrs.h"

namespace mlir::structlin {
#define GEN_PASS_DEF_STRUCTLINEMITKERNELS
#include "structlin/Codegen/Passes.h.inc"
} // namespace mlir::structlin

using namespace mlir;
using namespace mlir::structlin;

/// How many multiplications a call does: one per token and stored number. Numbers of
/// floating-point kernels are the factors that are; integer factors all count.
static Value emitWork(OpBuilder &builder, Location loc, ValueRange operands) {
  Value tokens = memref::DimOp::create(builder, loc, operands.front(), 0);
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(operands.front().getType()));
  int64_t fixed = 0;
  Value sum;
  auto add = [&](Value count) {
    sum = sum ? arith::AddIOp::create(builder, loc, sum, count).getResult() : count;
  };
  for (Value factor : operands.drop_front()) {
    auto type = cast<MemRefType>(factor.getType());
    if (isa<FloatType>(type.getElementType()) != isFloat)
      continue;
    if (type.hasStaticShape()) {
      fixed += type.getNumElements();
      continue;
    }
    // Only the first size is open.
    int64_t inner = 1;
    for (int64_t size : type.getShape().drop_front())
      inner *= size;
    Value count = memref::DimOp::create(builder, loc, factor, 0);
    add(arith::MulIOp::create(builder, loc, count,
                              arith::ConstantIndexOp::create(builder, loc, inner)));
  }
  add(arith::ConstantIndexOp::create(builder, loc, fixed));
  return arith::MulIOp::create(builder, loc, tokens, sum);
}

/// Functions such as exp on vectors become polynomials: LLVM would call the C library
/// for each lane.
static LogicalResult expandMath(func::FuncOp function) {
  RewritePatternSet patterns(function.getContext());
  math::populateExpansionPatterns(patterns, {"fpowi"});
  populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
    return llvm::is_contained({"math.exp", "math.tanh", "math.erf", "math.log"}, name);
  });
  return applyPatternsGreedily(function, std::move(patterns));
}

static LogicalResult emitKernel(KernelFuncOp kernel) {
  std::string why;
  FailureOr<StructuredMatmulOpInterface> product =
      getEmittableProduct(kernel.getBody().front(), why);
  if (failed(product))
    return kernel.emitOpError() << "has no code: " << why;
  if (!kernel.getScheduleAttr())
    return kernel.emitOpError() << "has no code: it has no schedule";
  Block &body = kernel.getBody().front();
  CpuScheduleAttr schedule = kernel.getScheduleAttr();
  SmallVector<Type> types;
  for (unsigned i = 0; i < body.getNumArguments(); ++i)
    types.push_back(kernel.getArgumentBufferType(i));
  // x and the packed factors among the function's arguments.
  auto getOperands = [&](ValueRange arguments) {
    return llvm::map_to_vector(getKernelOperands(*product), [&](Value operand) -> Value {
      return arguments[cast<BlockArgument>(operand).getArgNumber()];
    });
  };
  auto emitBody = [&](OpBuilder &builder, Location loc, ValueRange arguments, const Team &team) {
    Epilogue epilogue(body, *product, arguments, getKernelTarget(schedule));
    auto finish = [&](OpBuilder &builder, Location loc, ArrayRef<VectorGrid> products, Value row,
                      Value col, int64_t cols) {
      epilogue.emit(builder, loc, products.front(), row, col, cols);
    };
    KernelEmitter emitter(getKernelTarget(schedule), builder, loc, finish, team);
    emitter.write([&](KernelEmitter &emitter) {
      SmallVector<KernelEmitter::Buffer> buffers;
      for (Value operand : getOperands(arguments))
        buffers.push_back(emitter.add(operand));
      cast<KernelOpInterface>(product->getOperation())
          .buildKernel(emitter, buffers, buffers.front().shape[0], getKernelSchedule(schedule));
    });
  };
  auto emitWorkOfCall = [&](OpBuilder &builder, Location loc, ValueRange arguments) {
    return emitWork(builder, loc, getOperands(arguments));
  };
  OpBuilder builder(kernel);
  std::string name = kernel.getSymName().str();
  func::FuncOp function =
      emitKernelFunction(builder, kernel.getLoc(), name, types, emitWorkOfCall, emitBody);
  function.setPrivate();
  auto module = kernel->getParentOfType<ModuleOp>();
  kernel->erase();
  return expandMath(module.lookupSymbol<func::FuncOp>(name + "_body"));
}

/// Calls the function that the kernel will be.
static LogicalResult lowerCall(CallKernelOp call) {
  KernelFuncOp kernel = call.getKernel();
  OpBuilder builder(call);
  SmallVector<Value> operands;
  for (auto [number, operand] : llvm::enumerate(call->getOperands())) {
    Type type = kernel.getArgumentBufferType(number);
    if (isa<TensorType>(operand.getType()))
      return call.emitOpError() << "expected operand #" << number << " to be a buffer, got "
                                << operand.getType();
    if (operand.getType() != type)
      operand = memref::CastOp::create(builder, call.getLoc(), type, operand);
    operands.push_back(operand);
  }
  func::CallOp::create(builder, call.getLoc(), call.getCallee(), TypeRange(), operands);
  call->erase();
  return success();
}

static LogicalResult emitKernels(ModuleOp module) {
  SmallVector<CallKernelOp> calls;
  module.walk([&](CallKernelOp call) { calls.push_back(call); });
  for (CallKernelOp call : calls)
    if (failed(lowerCall(call)))
      return failure();
  for (KernelFuncOp kernel : llvm::make_early_inc_range(module.getOps<KernelFuncOp>()))
    if (failed(emitKernel(kernel)))
      return failure();
  return success();
}

namespace {
struct EmitKernelsPass : mlir::structlin::impl::StructlinEmitKernelsBase<EmitKernelsPass> {
  void runOnOperation() override {
    if (failed(emitKernels(getOperation())))
      signalPassFailure();
  }
};
} // namespace
