//===- BlockDiagonal.td - a family in a dialect of its own ----------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The example of docs/AddAStructure.md: W is block diagonal.
//
//===----------------------------------------------------------------------===//

#ifndef EXAMPLE_BLOCKDIAGONAL_TD
#define EXAMPLE_BLOCKDIAGONAL_TD

include "structlin/IR/StructlinOpBase.td"

def ExampleDialect : Dialect {
  let name = "example";
  let cppNamespace = "::mlir::example";
  let summary = "A structure family outside of structlin";
  let dependentDialects = ["::mlir::structlin::StructlinDialect"];
  let useDefaultAttributePrinterParser = 1;
}

def BlockDiagonalAttr
    : Structlin_StructureAttr<"BlockDiagonal", "block_diagonal", ExampleDialect> {
  let summary = "W has nonzero blocks on its diagonal only";
  let description = [{
    The rows and the columns of W are each cut into `blocks` parts, of
    `p = ceil(n_out / blocks)` rows and `q = ceil(n_in / blocks)` columns.

    Example: `#example.block_diagonal<blocks = 4>`
  }];
  let parameters = (ins "int64_t":$blocks);
  let assemblyFormat = "`<` `blocks` `=` $blocks `>`";
}

def BlockDiagonalMatmulOp
    : Structlin_MatmulOp<"block_diagonal_matmul", ["getOutputBlocking", "getInputsOfTile"],
                         [], ExampleDialect> {
  let summary = "a linear layer with a block-diagonal weight";
  let description = [{
    `y_i = init_i + x_i D_i^T` for x cut into b blocks of q inputs and y into b
    blocks of p outputs; `D` is `(b, p, q)`.

    Constraints: docs/Spec.md, MM-C1 .. MM-C8, and

    - BD-C1 `b p >= n_out`,
    - BD-C2 `b q >= n_in`.
  }];
  let arguments = (ins Structlin_Matrix:$input, Structlin_Cube:$diagonal,
                       Structlin_Matrix:$init, OptionalAttr<TypeAttr>:$acc,
                       OptionalAttr<StrAttr>:$layer, OptionalAttr<Structlin_FitAttr>:$fit);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let assemblyFormat = [{
    `ins` `(` $input `,` $diagonal `:` type($input) `,` type($diagonal) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
}

#endif // EXAMPLE_BLOCKDIAGONAL_TD
