//===- Epilogue.h - what a kernel does with finished tiles ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_CODEGEN_EPILOGUE_H
#define STRUCTLIN_LIB_CODEGEN_EPILOGUE_H

#include "structlin/Emit/KernelEmitter.h"
#include "structlin/IR/StructlinOps.h"

namespace mlir::structlin {

/// Writes the elementwise operations of a kernel on vectors of its product.
class Epilogue {
public:
  /// `operands` stand for the arguments of `body`: buffers, and scalars.
  Epilogue(Block &body, StructuredMatmulOpInterface product, ValueRange operands,
           ::structlin::kernels::Target target)
      : body(body), product(product), operands(operands), target(std::move(target)) {}

  /// As EmitFinish: adds the init to the sums at (row, col), rounds, goes on to the
  /// result, and writes its first `cols` columns.
  void emit(OpBuilder &builder, Location loc, const VectorGrid &sums, Value row, Value col,
            int64_t cols);

private:
  /// Where the vector that is being written lies, and what is known of it.
  struct Place {
    OpBuilder &builder;
    Location loc;
    Value sum, row, col;
    /// Elements in the vector, and how many of them the result has.
    int64_t lanes, valid;
    /// Vectors of tensors at this place, and of rows at this column.
    DenseMap<Value, Value> tensors, &rows;
  };

  Value evaluate(Place &place, Value tensor);
  Value evaluateProduct(Place &place);
  Value evaluateElementwise(Place &place, linalg::LinalgOp op);
  Value getRow(Place &place, Value tensor);
  Value getScalar(Place &place, Value value);
  /// What stands for a block argument of the kernel.
  Value getOperand(Value argument);
  Value loadVector(Place &place, Value buffer, ValueRange position);

  Block &body;
  StructuredMatmulOpInterface product;
  SmallVector<Value> operands;
  ::structlin::kernels::Target target;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_CODEGEN_EPILOGUE_H
