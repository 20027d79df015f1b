//===- CoreOps.td - parameter, linear, kernel ----------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operations that belong to no family: the parameter, the dense layer, and
// the group that is compiled as one piece of code.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_COREOPS_TD
#define STRUCTLIN_IR_COREOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_ParameterOp : Structlin_Op<"parameter", [
    Pure, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "a named tensor of the model's parameters";
  let description = [{
    The tensor stored under `name`. It is pure but not a constant: the same name
    means the same storage, so tied weights are one parameter. Its value lives in
    a parameter archive and is bound by name, or, for small models and tests, in
    `value` (a dense or resource attribute).

    Constraints: docs/Spec.md, PAR-C1 .. PAR-C3.

    Example:

    ```mlir
    %w = structlin.parameter "fc.weight" : tensor<3072x768xbf16>
    %s = structlin.parameter "fc.scale" = dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ElementsAttr>:$value);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$name custom<ParameterValue>($value, type($result)) attr-dict";
  let hasVerifier = 1;
}

def Structlin_LinearOp : Structlin_MatmulOp<"linear"> {
  let summary = "a dense linear layer";
  let description = [{
    `y[t, o] = init[t, o] + sum_i x[t, i] W[o, i]`, products and sums in `acc`,
    rounded once to the init's type.

    `layer` names the layer; `structure` is what assignment chose for it.

    Constraints: docs/Spec.md, MM-C1 .. MM-C6, LIN-C1, LIN-C2.

    Example:

    ```mlir
    %y = structlin.linear ins(%x, %w : tensor<?x768xbf16>, tensor<3072x768xbf16>)
           outs(%zero : tensor<?x3072xf32>) {layer = "fc"} -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Matrix:$weight,
                       Structlin_Matrix:$init, OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<StrAttr>:$layer,
                       OptionalAttr<StructureAttrInterface>:$structure);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weight `:` type($input) `,` type($weight) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

def Structlin_KernelOp : Structlin_Op<"kernel", [
    IsolatedFromAbove, AttrSizedOperandSegments, DestinationStyleOpInterface,
    SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface,
      ["bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues",
       "isWritable", "getBufferType", "bufferize"]>]> {
  let summary = "a group of operations compiled as one piece of code";
  let description = [{
    Computes its region on its operands. The region's arguments are the inputs
    followed by the inits; nothing else is visible in it. With tensors the
    results are what `structlin.yield` yields, one per init; with memrefs the
    region writes into the inits and yields nothing.

    Upstream's ownership-based deallocation passes ownership into the blocks of
    every operation that is not a function, so kernels on memrefs are outlined or
    dissolved before it runs.

    Constraints: docs/Spec.md, KER-C1 .. KER-C4.

    Example:

    ```mlir
    %y = structlin.kernel ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
                          outs(%init : tensor<?x4xf32>) {
    ^bb0(%a: tensor<?x8xf32>, %b: tensor<4x8xf32>, %c: tensor<?x4xf32>):
      %0 = structlin.linear ins(%a, %b : tensor<?x8xf32>, tensor<4x8xf32>)
             outs(%c : tensor<?x4xf32>) -> tensor<?x4xf32>
      structlin.yield %0 : tensor<?x4xf32>
    } -> tensor<?x4xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$inputs, Variadic<AnyShaped>:$inits,
                       OptionalAttr<StrAttr>:$layer,
                       OptionalAttr<Structlin_CpuScheduleAttr>:$schedule);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitsMutable(); }
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Structlin_YieldOp : Structlin_Op<"yield", [
    Pure, ReturnLike, Terminator, ParentOneOf<["KernelOp", "KernelFuncOp", "VariantsOp"]>,
    DeclareOpInterfaceMethods<BufferizableOpInterface,
      ["bufferizesToMemoryRead", "bufferizesToMemoryWrite", "getAliasingValues",
       "mustBufferizeInPlace", "bufferize"]>]> {
  let summary = "the results of a kernel or a variant";
  let description = [{
    Ends the region of a `structlin.kernel` and gives its results, one per init
    on tensors, none on memrefs. Ends each region of a `structlin.variants`.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$results);
  let builders = [OpBuilder<(ins), [{ /* yields nothing */ }]>];
  let assemblyFormat = "attr-dict ($results^ `:` type($results))?";
}

#endif // STRUCTLIN_IR_COREOPS_TD
