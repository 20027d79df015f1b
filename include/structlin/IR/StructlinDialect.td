//===- StructlinDialect.td - the dialect --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Defines the dialect and the base class of its operations.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_DIALECT_TD
#define STRUCTLIN_IR_DIALECT_TD

include "mlir/IR/DialectBase.td"

def StructlinDialect : Dialect {
  let name = "structlin";
  let cppNamespace = "::mlir::structlin";
  let summary = "Structured linear algebra: linear layers and their factored forms";
  let description = [{
    A *linear layer* computes `y[m, n_out] = x[m, n_in] W^T`, where `W` is
    `n_out x n_in` and `m` counts tokens. A *structure* says how `W` is
    represented; the tensors that are stored are its *factors*. The dialect has
    one destination-passing operation per family of structures, on tensors or
    memrefs, whose factors are operands, and one attribute per family that
    describes the structure itself.

    docs/Spec.md gives the meaning of every operation, its inputs and its
    constraints. The argument attribute `structlin.param = "name"` marks a
    function argument as the parameter of that name.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Name of the argument attribute that names a parameter.
    static constexpr ::llvm::StringLiteral kParamAttrName = "structlin.param";

  private:
    void registerAttributes();
    void registerOperations();
  public:
  }];
}

#endif // STRUCTLIN_IR_DIALECT_TD
