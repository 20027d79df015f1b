//===- EmittedProblem.cpp - problems for kernels, emitted and called ------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmittedProblem.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "structlin/Archive/HostTensor.h"
#include "structlin/Emit/KernelFunction.h"
#include "structlin/Emit/PartialVectors.h"
#include "structlin/Host/HostAttr.h"
#include <cstring>

using namespace structlin;
using namespace structlin::kernels;
using namespace structlin::kernels::test;
using namespace mlir::structlin;

/// Writes products to `y` as they are.
static EmitFinish storeTo(const Target &target, mlir::Value y) {
  return [=](mlir::OpBuilder &builder, mlir::Location location, mlir::ArrayRef<VectorGrid> products,
             mlir::Value row, mlir::Value col, int64_t cols) {
    using namespace mlir;
    const VectorGrid &grid = products[0];
    for (int64_t i = 0; i < grid.rows; ++i)
      for (int64_t j = 0; j < grid.perRow; ++j) {
        auto vectorType = cast<VectorType>(grid(i, j).getType());
        int64_t lanes = vectorType.getDimSize(0);
        auto moved = [&](Value index, int64_t distance) -> Value {
          Value constant = arith::ConstantIndexOp::create(builder, location, distance);
          return arith::AddIOp::create(builder, location, index, constant);
        };
        if (cols <= j * lanes)
          continue;
        storeFirst(builder, location, target, grid(i, j), y,
                   ValueRange{moved(row, i), moved(col, j * lanes)}, cols - j * lanes);
      }
  };
}

namespace {
/// Gives what each operation of the kernel that multiplies is written as a location of its
/// own: its number, as a line.
class NumberingEmitter : public KernelEmitter, mlir::OpBuilder::Listener {
public:
  NumberingEmitter(const Target &target, mlir::OpBuilder &builder, mlir::Location location,
                   EmitFinish finish, const Team &team)
      : KernelEmitter(target, builder, location, std::move(finish), team), builder(builder) {
    builder.setListener(this);
  }
  ~NumberingEmitter() override { builder.setListener(nullptr); }

  Tile mma(Tile acc, const At &a, const At &b, int64_t depth, const ProductForm &form) override {
    return numbered([&] { return KernelEmitter::mma(acc, a, b, depth, form); });
  }
  Tile mma(Tile acc, const At &a, Tile b, int64_t depth, const ProductForm &form) override {
    return numbered([&] { return KernelEmitter::mma(acc, a, b, depth, form); });
  }
  Tile laneProduct(Tile acc, const At &y, const At &s, int64_t n) override {
    return numbered([&] { return KernelEmitter::laneProduct(acc, y, s, n); });
  }

private:
  Tile numbered(llvm::function_ref<Tile()> operation) {
    current = ++last;
    Tile tile = operation();
    current = 0;
    return tile;
  }
  void notifyOperationInserted(mlir::Operation *op, mlir::OpBuilder::InsertPoint) override {
    if (current != 0)
      op->setLoc(mlir::FileLineColLoc::get(op->getContext(), "kernel", current, /*column=*/1));
  }

  mlir::OpBuilder &builder;
  unsigned last = 0, current = 0;
};
} // namespace

void test::emitProblem(mlir::OpBuilder &builder, llvm::StringRef name, const Problem &problem) {
  const Setting &setting = problem.setting;
  mlir::Location location = mlir::FileLineColLoc::get(builder.getContext(), "kernel", 0, 0);
  auto type = [&](ElementType element, llvm::ArrayRef<int64_t> shape, bool hasTokens) {
    llvm::SmallVector<int64_t> sizes(shape);
    mlir::Type elementType = getIRElementType(builder.getContext(), element);
    if (!hasTokens)
      return mlir::MemRefType::get(sizes, elementType);
    // As bufferization leaves it: rows that lie anywhere.
    constexpr int64_t dynamic = mlir::ShapedType::kDynamic;
    sizes[0] = dynamic;
    auto layout = mlir::StridedLayoutAttr::get(builder.getContext(), dynamic, {dynamic, 1});
    return mlir::MemRefType::get(sizes, elementType, layout);
  };
  llvm::SmallVector<mlir::Type> types;
  for (const Array &input : problem.inputs)
    types.push_back(type(input.type, input.shape, /*hasTokens=*/types.empty()));
  ElementType accumulator = setting.target.getProductForm(setting.type).accumulator;
  types.push_back(type(accumulator, {setting.m, setting.outputs}, /*hasTokens=*/true));
  auto work = [](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange) {
    // Every call is worth all threads.
    return mlir::arith::ConstantIndexOp::create(builder, location, int64_t(1) << 40).getResult();
  };
  auto body = [&](mlir::OpBuilder &builder, mlir::Location location, mlir::ValueRange arguments,
                  const Team &team) {
    NumberingEmitter emitter(setting.target, builder, location,
                             storeTo(setting.target, arguments.back()), team);
    emitter.write([&](KernelEmitter &emitter) {
      llvm::SmallVector<Buffer> buffers;
      for (mlir::Value argument : arguments.drop_back())
        buffers.push_back(emitter.add(argument));
      problem.build(emitter, buffers, buffers[0].shape[0]);
    });
  };
  auto function = emitKernelFunction(builder, location, name, types, work, body);
  function->setAttr("llvm.emit_c_interface", builder.getUnitAttr());
}

EmittedCall::EmittedCall(const Problem &problem)
    // What is not written remains to be seen.
    : result(HostTensor::fromDoubles(
          problem.setting.target.getProductForm(problem.setting.type).accumulator,
          {problem.setting.m, problem.setting.outputs},
          std::vector<double>(problem.setting.m * problem.setting.outputs, 77.0))) {
  auto add = [&](const HostTensor &tensor) {
    memory.emplace_back(tensor.bytes());
    arguments.push_back(CallArgument::buffer(memory.back().data(), tensor.shape()));
  };
  for (const Array &input : problem.inputs)
    add(HostTensor::fromDoubles(input.type, input.shape, input.data));
  add(result);
}

void EmittedCall::run(JITModule::Function function) { JITModule::call(function, arguments); }

std::vector<double> EmittedCall::getResult() {
  std::memcpy(result.mutableBytes().data(), memory.back().data(), result.bytes().size());
  return result.toDoubles();
}
