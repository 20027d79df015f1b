// Tiles that are neither whole blocks nor inside one block are refused.
// RUN: structlin-opt %s --transform-interpreter --split-input-file --verify-diagnostics

func.func @negative_rows_of_two_blocks(%x: tensor<?x9xf32>, %u: tensor<4x3x2xf32>, %s: tensor<4x2x2xf32>, %v: tensor<2x2x5xf32>, %init: tensor<?x9xf32>) -> tensor<?x9xf32> {
  // expected-error @below {{tile operation}}
  // expected-error @below {{failed to generate tiling loops}}
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<4x3x2xf32>, tensor<4x2x2xf32>, tensor<2x2x5xf32>)
         outs(%init : tensor<?x9xf32>) -> tensor<?x9xf32>
  return %y : tensor<?x9xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match interface{TilingInterface} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loops:2 = transform.structured.tile_using_for %op tile_sizes [0, 2, 2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The number of blocks is not known, so they may be more than one.
func.func @negative_rows_of_unknown_blocks(%x: tensor<?x9xf32>, %u: tensor<?x3x2xf32>, %s: tensor<?x2x2xf32>, %v: tensor<2x2x5xf32>, %init: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error @below {{tile operation}}
  // expected-error @below {{failed to generate tiling loops}}
  %y = structlin.blast_matmul ins(%x, %u, %s, %v : tensor<?x9xf32>, tensor<?x3x2xf32>, tensor<?x2x2xf32>, tensor<2x2x5xf32>)
         outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match interface{TilingInterface} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %loop = transform.structured.tile_using_for %op tile_sizes [0, 0, 2]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
