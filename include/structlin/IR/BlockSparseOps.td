//===- BlockSparseOps.td - block-sparse weights --------------------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The block-sparse family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_BLOCKSPARSEOPS_TD
#define STRUCTLIN_IR_BLOCKSPARSEOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_BlockSparseMatmulOp
    : Structlin_MatmulOp<"block_sparse_matmul", ["getOutputBlocking", "getIndexChecks"]> {
  let summary = "a linear layer with a block-sparse weight";
  let description = [{
    W is cut into blocks of `bh x bw`. `values` (`nnz, bh, bw`) holds the stored
    blocks, block row by block row; the blocks of block row `i` are
    `offsets[i] .. offsets[i + 1] - 1`, and `indices[k]` is the block column of
    block `k`, increasing within a row. Offsets are absolute: they need not
    start at 0 nor end at `nnz`, so that a tile of block rows slices the offsets
    alone.

    Constraints: docs/Spec.md, MM-C1 .. MM-C6, BS-C1 .. BS-C4; content BS-R1,
    BS-R2, BS-R3.

    Example:

    ```mlir
    %y = structlin.block_sparse_matmul
           ins(%x, %values, %indices, %offsets : tensor<?x768xf32>,
               tensor<461x32x32xf32>, tensor<461xi32>, tensor<97xi32>)
           outs(%zero : tensor<?x3072xf32>) -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Cube:$values,
                       Structlin_IndexVector:$indices, Structlin_IndexVector:$offsets,
                       Structlin_Matrix:$init, OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $values `,` $indices `,` $offsets `:` type($input) `,`
              type($values) `,` type($indices) `,` type($offsets) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // STRUCTLIN_IR_BLOCKSPARSEOPS_TD
