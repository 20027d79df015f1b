//===- StructlinTransformExtension.cpp - registration of transform ops ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operations become part of upstream's transform dialect.
//
// Compiled with NDEBUG in every configuration (CMakeLists.txt): with assertions the
// header of TransformDialect calls a function that a libMLIR.so built without them,
// as distributions ship it, does not have.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "structlin/IR/StructlinDialect.h"
#include "structlin/TransformOps/StructlinTransformOps.h"

using namespace mlir;
using namespace mlir::structlin;

namespace {
class StructlinTransformDialectExtension
    : public transform::TransformDialectExtension<StructlinTransformDialectExtension> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StructlinTransformDialectExtension)

  using Base::Base;

  void init() {
    declareDependentDialect<StructlinDialect>();
    // Of raising, of decomposition, and of our passes where a script applies them.
    declareGeneratedDialect<affine::AffineDialect>();
    declareGeneratedDialect<arith::ArithDialect>();
    declareGeneratedDialect<linalg::LinalgDialect>();
    declareGeneratedDialect<ml_program::MLProgramDialect>();
    declareGeneratedDialect<scf::SCFDialect>();
    declareGeneratedDialect<tensor::TensorDialect>();
    registerTransformOps<
#define GET_OP_LIST
#include "structlin/TransformOps/StructlinTransformOps.cpp.inc"
        >();
  }
};
} // namespace

void mlir::structlin::registerTransformDialectExtension(DialectRegistry &registry) {
  registry.addExtensions<StructlinTransformDialectExtension>();
}
