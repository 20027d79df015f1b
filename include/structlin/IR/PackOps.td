//===- PackOps.td - factors in the order of kernels, and back ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The operations between a factor as structures define it and as kernels read it.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_PACKOPS_TD
#define STRUCTLIN_IR_PACKOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_PackOp : Structlin_Op<"pack", [
    Pure, DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>]> {
  let summary = "factors in a packed layout";
  let description = [{
    The elements of `factors` in the order of `layout`, with its filling. Packs of
    parameters are evaluated at compile time by --structlin-pack.

    Constraints: docs/Spec.md, PK-C1, PK-C2.

    Example:

    ```mlir
    %0 = structlin.pack %w {layout = #structlin.panels<panel = 8>}
           : (tensor<20x33xf32>) -> tensor<3x33x8xf32>
    %1:3 = structlin.pack %values, %indices, %offsets
             {layout = #structlin.bitmap<panels = <panel = 8>, inputs = 33>}
             : (tensor<100xf32>, tensor<100xi32>, tensor<21xi32>)
               -> (tensor<3x33x1xi8>, tensor<108xf32>, tensor<4xi32>)
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$factors, LayoutAttrInterface:$layout);
  let results = (outs Variadic<AnyStaticShapeTensor>:$packed);
  let assemblyFormat = [{
    $factors attr-dict `:` functional-type($factors, $packed)
  }];
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$factors,
                                 "::mlir::structlin::LayoutAttrInterface":$layout)>];
  let hasVerifier = 1;
}

def Structlin_UnpackOp : Structlin_Op<"unpack", [
    Pure, DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>]> {
  let summary = "factors from a packed layout";
  let description = [{
    The factors that `structlin.pack` makes `packed` of: the operation undoes it, bit
    for bit. What fills gaps is not read. In a `structlin.kernel` it stands between a
    packed operand and the structured product that takes the factor, so that the
    group keeps its meaning whatever its operands are packed to.

    Constraints: docs/Spec.md, PK-C1, PK-C2.

    Example:

    ```mlir
    %w = structlin.unpack %packed {layout = #structlin.panels<panel = 8>}
           : (tensor<3x33x8xf32>) -> tensor<20x33xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$packed, LayoutAttrInterface:$layout);
  let results = (outs Variadic<AnyRankedTensor>:$factors);
  let assemblyFormat = [{
    $packed attr-dict `:` functional-type($packed, $factors)
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

#endif // STRUCTLIN_IR_PACKOPS_TD
