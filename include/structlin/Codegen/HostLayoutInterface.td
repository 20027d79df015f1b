//===- HostLayoutInterface.td - layouts that pack at compile time ---------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The attribute interface through which packs of parameters are evaluated. It is
// apart from LayoutAttrInterface so that the dialect does not depend on files and
// arrays; models are attached by registerHostLayoutModels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_TD
#define STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_TD

include "mlir/IR/OpBase.td"

def HostLayoutInterface : AttrInterface<"HostLayoutInterface"> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    A layout in which tensors in memory can be packed.
  }];
  let methods = [
    InterfaceMethod<[{
      Hands the packed tensors of `factors`, which the layout holds, to `sink`, each
      front to back. Errors: those of the sink, and content that describes no factor.
    }], "::llvm::Error", "packTensors",
      (ins "::llvm::ArrayRef<::structlin::HostTensor>":$factors,
           "::structlin::PackSink":$sink)>
  ];
}

#endif // STRUCTLIN_CODEGEN_HOSTLAYOUTINTERFACE_TD
