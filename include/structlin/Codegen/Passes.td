//===- Passes.td - passes from structured products to kernels -------------===//
//
// Part of structlin, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes that group, schedule, pack, outline and emit kernels, in the order in
// which they run. The examples are abridged from test/Codegen.
//
//===----------------------------------------------------------------------===//

#ifndef STRUCTLIN_CODEGEN_PASSES_TD
#define STRUCTLIN_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def StructlinGroup : Pass<"structlin-group"> {
  let summary = "group structured products with the elementwise operations that finish them";
  let description = [{
    Puts every structured product on tensors that is in no group into a
    `structlin.kernel`, with the elementwise linalg operations that finish it: bias,
    conversion, activation, residual, the product with a gate. These may be generic
    or named, read tensors of the result's shape, rows, and scalars, and may work on
    an expansion of the tokens to several dimensions: inside the group everything has
    the product's two dimensions, and what else is read or written is reshaped outside,
    which costs nothing.

    The group has one result. It ends at the last elementwise operation such that
    what lies between the product and it has no user outside the group. Operations
    that broadcast a row or a scalar (the fill of the init, a bias as a matrix) are
    copied into the group.

    Before:

    ```mlir
    %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
    %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %2 = linalg.generic {indexing_maps = [#id, #row, #id],
                         iterator_types = ["parallel", "parallel"]}
           ins(%1, %b : tensor<?x4xf32>, tensor<4xf32>) outs(%e : tensor<?x4xf32>) {
    ^bb0(%p: f32, %q: f32, %o: f32):
      %3 = arith.addf %p, %q : f32
      linalg.yield %3 : f32
    } -> tensor<?x4xf32>
    ```

    After:

    ```mlir
    %2 = structlin.kernel ins(%x, %w, %b : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>)
                          outs(%e : tensor<?x4xf32>) {
    ^bb0(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>, %o: tensor<?x4xf32>):
      %0 = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
      %1 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
             outs(%0 : tensor<?x4xf32>) -> tensor<?x4xf32>
      %2 = linalg.generic ... ins(%1, %b : tensor<?x4xf32>, tensor<4xf32>)
             outs(%o : tensor<?x4xf32>) ...
      structlin.yield %2 : tensor<?x4xf32>
    } -> tensor<?x4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::structlin::StructlinDialect", "::mlir::tensor::TensorDialect"];
}

#endif // STRUCTLIN_CODEGEN_PASSES_TD
