//===- VariantsOp.td - one computation in several ways --------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The choice between kernels that is made at run time.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_VARIANTSOP_TD
#define STRUCTLIN_IR_VARIANTSOP_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_VariantsOp : Structlin_Op<"variants", [
    RecursiveMemoryEffects, RecursivelySpeculatable,
    SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<RegionBranchOpInterface, ["getRegionInvocationBounds"]>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>]> {
  let summary = "one computation in several ways, chosen by the number of tokens";
  let description = [{
    Runs one of its regions: that of the range of numbers of tokens which `tokens` lies
    in. The ranges follow each other from 0 on, without a gap; the last one has no end.
    Every region computes the same, for any number of tokens, with a schedule or in a
    form that suits its range: which region runs is a matter of speed.

    `structlin-expand-variants` makes branches of it, and a constant number of tokens
    leaves one region.

    Constraints: docs/Spec.md, VAR-C1 .. VAR-C3.

    Example:

    ```mlir
    %y = structlin.variants %m [1, 2 to 48, 49 up] -> tensor<?x4xf32> {
      %0 = structlin.kernel ... schedule of one token
      structlin.yield %0 : tensor<?x4xf32>
    }, {
      %0 = structlin.kernel ... schedule of a few
      structlin.yield %0 : tensor<?x4xf32>
    }, {
      %0 = structlin.kernel ... schedule of many
      structlin.yield %0 : tensor<?x4xf32>
    }
    ```
  }];
  // The last number of tokens of each range but the last.
  let arguments = (ins Index:$tokens, DenseI64ArrayAttr:$upperBounds);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region VariadicRegion<SizedRegion<1>>:$variants);
  let extraClassDeclaration = [{
    /// The region that `tokens` tokens run.
    ::mlir::Region &getVariant(int64_t tokens);
    ::mlir::structlin::YieldOp getYield(::mlir::Region &variant);
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

#endif // STRUCTLIN_IR_VARIANTSOP_TD
