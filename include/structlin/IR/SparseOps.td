//===- SparseOps.td - unstructured and n:m sparse weights ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sparse family.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_IR_SPARSEOPS_TD
#define STRUCTLIN_IR_SPARSEOPS_TD

include "structlin/IR/StructlinOpBase.td"

def Structlin_SparseMatmulOp : Structlin_MatmulOp<"sparse_matmul", ["getIndexChecks"]> {
  let summary = "a linear layer with a sparse weight, unstructured or n:m";
  let description = [{
    Unstructured, with `offsets`: `values` (`nnz`) and `indices` (`nnz`) hold the
    stored entries row by row; row `o` has entries
    `offsets[o] .. offsets[o + 1] - 1`, and `indices[k]` is the column, increasing
    within a row. Offsets are absolute, as in `block_sparse_matmul`.

    n:m, without `offsets`: along `n_in` every group of `group` consecutive
    columns stores n entries. `values` and `indices` are `(n_out, groups, n)`;
    `indices` is the position within the group, increasing. A ragged last group is
    padded: an entry whose column is not below `n_in` is zero and is not read.

    Constraints: docs/Spec.md, MM-C1 .. MM-C6, SP-C1 .. SP-C6; content SP-R1 ..
    SP-R3.

    Example:

    ```mlir
    %y = structlin.sparse_matmul
           ins(%x, %values, %indices, %offsets : tensor<?x8xf32>, tensor<11xf32>,
               tensor<11xi32>, tensor<5xi32>)
           outs(%zero : tensor<?x4xf32>) -> tensor<?x4xf32>
    %z = structlin.sparse_matmul
           ins(%x, %v, %i : tensor<?x8xf32>, tensor<4x2x2xf32>, tensor<4x2x2xi8>)
           outs(%zero : tensor<?x4xf32>) {group = 4} -> tensor<?x4xf32>
    ```
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_SparseValues:$values,
                       Structlin_SparseIndices:$indices,
                       Optional<Structlin_IndexVector>:$offsets, Structlin_Matrix:$init,
                       OptionalAttr<I64Attr>:$group,
                       OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $values `,` $indices (`,` $offsets^)? `:` type($input) `,`
              type($values) `,` type($indices) (`,` type($offsets)^)? `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // STRUCTLIN_IR_SPARSEOPS_TD
