//===- KernelOpInterface.td - structured products that have a kernel -----===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interface through which passes reach the kernel of a structured product. It is
// apart from StructuredMatmulOpInterface so that the dialect does not depend on the
// kernels; models are attached by registerKernelModels.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_KERNELOPINTERFACE_TD
#define STRUCTLIN_CODEGEN_KERNELOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::mlir::structlin";
  let description = [{
    A structured product that is computed by a kernel over the abstract builder
    (structlin/Kernels). The kernel computes `x W^T`; whoever writes the kernel's
    `finish` adds the init.
  }];
  let methods = [
    InterfaceMethod<[{
      How the factors, in their order, have to be packed for this schedule: one entry
      for each run of factors that is packed together. On failure `why` says, as a
      clause without a capital or a final period, why there is no such kernel: types,
      sizes or registers.
    }], "::mlir::FailureOr<::llvm::SmallVector<::mlir::structlin::FactorPacking>>",
      "getPackings",
      (ins "const ::structlin::kernels::Target &":$target,
           "const ::structlin::kernels::Schedule &":$schedule, "std::string &":$why)>,
    InterfaceMethod<[{
      Writes the kernel for `m` tokens. `operands` are x and then the factors, packed as
      getPackings says, in the order of the packings; getPackings must succeed for the
      builder's target and this schedule.
    }], "void", "buildKernel",
      (ins "::structlin::kernels::Builder &":$builder,
           "::llvm::ArrayRef<::structlin::kernels::Buffer>":$operands,
           "::structlin::kernels::Index":$m,
           "const ::structlin::kernels::Schedule &":$schedule)>
  ];
}

#endif // STRUCTLIN_CODEGEN_KERNELOPINTERFACE_TD
