//===- BlastOps.td - block-level adaptive structured matrices ------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The BLAST family (Lee, Kwon, Qu, Kim 2024, arXiv 2410.21262).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_BLASTOPS_TD
#define STRUCTLIN_IR_BLASTOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_BlastMatmulOp
    : Structlin_MatmulOp<"blast_matmul",
                         ["hasInnerResults", "getOutputBlocking"]> {
  let summary = "a linear layer with a BLAST weight";
  let description = [{
    Block `(i, j)` of W, `p x q`, is `U_i diag(s_ij) V_j` with `U` of
    `(b1, p, r)`, `s` of `(b1, b2, r)` and `V` of `(b2, r, q)`. With x cut into
    blocks `x_j` of q inputs,

        Y_j = round_mid(x_j V_j^T)             (b2, m, r)
        Z_i = round_mid(sum_j s_ij * Y_j)      (b1, m, r)
        y_i = init_i + Z_i U_i^T               (b1, m, p)

    accumulating in `acc`. The factors describe `b1 p >= n_out` rows and
    `b2 q >= n_in` columns; what lies beyond `n_out` and `n_in` is never read
    from x nor written to y.

    Constraints: docs/Spec.md, MM-C1 .. MM-C7, BL-C1 .. BL-C5.

    Example:

    ```mlir
    %y = structlin.blast_matmul
           ins(%x, %U, %s, %V : tensor<?x768xf32>, tensor<6x512x192xf32>,
               tensor<6x6x192xf32>, tensor<6x192x128xf32>)
           outs(%zero : tensor<?x3072xf32>) -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Cube:$u, Structlin_Cube:$s,
                       Structlin_Cube:$v, Structlin_Matrix:$init,
                       OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<TypeAttr>:$mid,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $u `,` $s `,` $v
              `:` type($input) `,` type($u) `,` type($s) `,` type($v) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // STRUCTLIN_IR_BLASTOPS_TD
