//===- LayoutInterface.td - the attribute interface of packed layouts ----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One attribute per packed layout implements LayoutAttrInterface.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_LAYOUTINTERFACE_TD
#define STRUCTLIN_IR_LAYOUTINTERFACE_TD

include "mlir/IR/OpBase.td"

def LayoutAttrInterface : AttrInterface<"LayoutAttrInterface"> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    How factors lie in memory when a kernel reads them: the order of their elements,
    and what fills the gaps. A layout takes one factor, or several that belong
    together, and gives one packed tensor or several; `structlin.pack` and
    `structlin.unpack` go there and back.
  }];
  let methods = [
    InterfaceMethod<[{
      The types of the packed tensors for factors of these types, static and without
      encoding. On failure `why` says, as a clause without a capital or a final period,
      why this layout does not hold such factors.
    }], "::mlir::FailureOr<::llvm::SmallVector<::mlir::RankedTensorType>>", "getPackedTypes",
      (ins "::llvm::ArrayRef<::mlir::RankedTensorType>":$factors, "std::string &":$why)>,
    InterfaceMethod<[{
      Builds the packed tensors of `factors` from plain linalg, tensor, arith and scf
      operations.
    }], "::llvm::SmallVector<::mlir::Value>", "buildPack",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$factors)>,
    InterfaceMethod<[{
      Builds the factors, of the types `factors`, that are packed in `packed`.
    }], "::llvm::SmallVector<::mlir::Value>", "buildUnpack",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$packed,
           "::llvm::ArrayRef<::mlir::RankedTensorType>":$factors)>,
    InterfaceMethod<[{
      What the packed tensors are called, as `masks`; empty for a layout that packs one
      factor to one tensor, which keeps the factor's name.
    }], "::llvm::SmallVector<::llvm::StringRef>", "getPackedNames", (ins), "", [{
      return {};
    }]>,
    InterfaceMethod<[{
      A short text for names of packed parameters, as `panels24`: two layouts with one
      text pack the same factors alike.
    }], "std::string", "getText", (ins)>
  ];
}

#endif // STRUCTLIN_IR_LAYOUTINTERFACE_TD
