//===- LowRankOps.td - W = U V -------------------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The low-rank family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_LOWRANKOPS_TD
#define STRUCTLIN_IR_LOWRANKOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_LowRankMatmulOp
    : Structlin_MatmulOp<"low_rank_matmul", ["hasInnerResults"]> {
  let summary = "a linear layer with W = U V";
  let description = [{
    `y = init + round_mid(x V^T) U^T` with `U` of `n_out x r` and `V` of
    `r x n_in`; accumulation in `acc`, the inner product rounded to `mid`.

    Constraints: docs/Spec.md, MM-C1 .. MM-C7, LR-C1 .. LR-C3.

    Example:

    ```mlir
    %y = structlin.low_rank_matmul
           ins(%x, %U, %V : tensor<?x768xbf16>, tensor<3072x64xbf16>, tensor<64x768xbf16>)
           outs(%zero : tensor<?x3072xf32>) {mid = bf16} -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Matrix:$u, Structlin_Matrix:$v,
                       Structlin_Matrix:$init, OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<TypeAttr>:$mid,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $u `,` $v `:` type($input) `,` type($u) `,` type($v) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // STRUCTLIN_IR_LOWRANKOPS_TD
