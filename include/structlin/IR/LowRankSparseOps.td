//===- LowRankSparseOps.td - W = U V + S ---------------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The low-rank plus sparse family (OATS: Zhang, Papyan 2025, arXiv 2409.13652).
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_LOWRANKSPARSEOPS_TD
#define STRUCTLIN_IR_LOWRANKSPARSEOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_LowRankSparseMatmulOp
    : Structlin_MatmulOp<"low_rank_sparse_matmul", ["hasInnerResults", "getIndexChecks"]> {
  let summary = "a linear layer with W = U V + S, S sparse";
  let description = [{
    `y = init + round_mid(x V^T) U^T + x S^T`, all three into one accumulator.
    `U` and `V` are as in `low_rank_matmul`, `values`, `indices`, `offsets` and
    `group` as in `sparse_matmul`.

    Constraints: docs/Spec.md, MM-C1 .. MM-C7, LR-C1 .. LR-C3, SP-C1 .. SP-C6;
    content SP-R1 .. SP-R3.

    Example:

    ```mlir
    %y = structlin.low_rank_sparse_matmul
           ins(%x, %U, %V, %values, %indices, %offsets : tensor<?x8xf32>,
               tensor<4x2xf32>, tensor<2x8xf32>, tensor<11xf32>, tensor<11xi32>,
               tensor<5xi32>)
           outs(%zero : tensor<?x4xf32>) -> tensor<?x4xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Matrix:$u, Structlin_Matrix:$v,
                       Structlin_SparseValues:$values, Structlin_SparseIndices:$indices,
                       Optional<Structlin_IndexVector>:$offsets, Structlin_Matrix:$init,
                       OptionalAttr<I64Attr>:$group,
                       OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<TypeAttr>:$mid,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $u `,` $v `,` $values `,` $indices (`,` $offsets^)? `:`
              type($input) `,` type($u) `,` type($v) `,` type($values) `,`
              type($indices) (`,` type($offsets)^)? `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // STRUCTLIN_IR_LOWRANKSPARSEOPS_TD
