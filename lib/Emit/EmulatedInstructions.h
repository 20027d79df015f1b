//===- EmulatedInstructions.h - instructions as functions -----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function per instruction and shape of its operands. Each is called and not
// copied: the code of an emulated kernel stays about as small as that of the kernel.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_LIB_EMIT_EMULATEDINSTRUCTIONS_H
#define STRUCTLIN_LIB_EMIT_EMULATEDINSTRUCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::structlin {

/// Finds or writes the functions in one module.
class EmulatedInstructions {
public:
  explicit EmulatedInstructions(ModuleOp module) : module(module) {}

  /// VDPBF16PS: (acc, a, b) -> acc.
  func::FuncOp dotBF16(OpBuilder &builder, VectorType acc);
  /// TDPBF16PS: (acc, a, b) -> acc, with the pairs of `b` side by side.
  func::FuncOp tileDotBF16(OpBuilder &builder, VectorType acc, VectorType a, VectorType b);
  /// TDPBSSD, TDPBSUD, TDPBUSD, TDPBUUD: as above, with quadruples.
  func::FuncOp tileDotI8(OpBuilder &builder, VectorType acc, VectorType a, VectorType b,
                         bool unsignedA, bool unsignedB);
  /// VPEXPAND: (values, passthrough, mask) -> values.
  func::FuncOp expand(OpBuilder &builder, VectorType values);

private:
  using Body = llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;
  /// A function whose result has the type of its first argument.
  func::FuncOp getOrWrite(OpBuilder &builder, const Twine &name, TypeRange arguments, Body body);

  ModuleOp module;
};

} // namespace mlir::structlin

#endif // STRUCTLIN_LIB_EMIT_EMULATEDINSTRUCTIONS_H
