//===- KernelFuncOps.td - outlined kernels --------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A group outside of the functions that run it, and its calls.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_KERNELFUNCOPS_TD
#define STRUCTLIN_IR_KERNELFUNCOPS_TD

include "mlir/IR/SymbolInterfaces.td"
include "structlin/IR/StructlinOpBase.td"

def Structlin_KernelFuncOp : Structlin_Op<"kernel_func", [
    IsolatedFromAbove, Symbol, SymbolTable, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "a kernel that calls share";
  let description = [{
    The content of a `structlin.kernel` on tensors, for every number of tokens: what
    it computes, from which code is emitted once bufferization has placed the operands
    of its calls. The arguments are the inputs followed by the inits, of which there are
    as many as yielded values.

    It is no function, and a symbol table: bufferization of a module leaves it as it is.

    Constraints: docs/Spec.md, KF-C1 .. KF-C3.

    Example:

    ```mlir
    structlin.kernel_func private @k ins(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>)
                                     outs(%init: tensor<?x4xf32>) {
      %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
             outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
      structlin.yield %0 : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<Structlin_CpuScheduleAttr>:$schedule);
  let regions = (region SizedRegion<1>:$body);
  let extraClassDeclaration = [{
    unsigned getNumInits() { return getBody().front().getTerminator()->getNumOperands(); }
    unsigned getNumInputs() { return getBody().getNumArguments() - getNumInits(); }
    /// Whether the content of an init is read.
    bool readsArgument(unsigned number);
    /// The buffer that emitted code takes for an argument: rows of activations and of
    /// what finishes a product may lie apart, factors are contiguous. Scalars stay.
    ::mlir::Type getArgumentBufferType(unsigned number);
  }];
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
}

def Structlin_CallKernelOp : Structlin_Op<"call_kernel", [
    AttrSizedOperandSegments, DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface,
      ["bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues",
       "bufferize"]>]> {
  let summary = "runs a kernel";
  let description = [{
    Runs a `structlin.kernel_func` on tensors, with one result per init, or on memrefs,
    where it writes into the inits.

    Constraints: docs/Spec.md, CK-C1 .. CK-C3.

    Example:

    ```mlir
    %y = structlin.call_kernel @k ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>)
           outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyType>:$inputs,
                       Variadic<AnyShaped>:$inits);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitsMutable(); }
    /// The callee, if there is one.
    ::mlir::structlin::KernelFuncOp getKernel();
  }];
  let assemblyFormat = [{
    $callee `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $inits `:` type($inits) `)`
    attr-dict (`->` type($results)^)?
  }];
}

#endif // STRUCTLIN_IR_KERNELFUNCOPS_TD
