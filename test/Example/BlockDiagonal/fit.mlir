// The diagonal blocks of W; the error says what lies beside them.
// RUN: structlin-example-opt %s --structlin-fit | FileCheck %s

// Integers stay what they are: ||(0, 4; 0, 0)|| / ||(3, 4; 0, 0)|| = 0.8.
// CHECK-LABEL: func.func @lossy
// CHECK: structlin.parameter "b.D" = dense<{{\[\[\[}}3]], {{\[\[}}0]]]> : tensor<2x1x1xi8>
// CHECK: example.block_diagonal_matmul
// CHECK-SAME: error = 0.8,
func.func @lossy(%x: tensor<?x2xi8>, %init: tensor<?x2xi32>) -> tensor<?x2xi32> {
  %w = structlin.parameter "b" = dense<[[3, 4], [0, 0]]> : tensor<2x2xi8>
  %y = structlin.linear ins(%x, %w : tensor<?x2xi8>, tensor<2x2xi8>)
         outs(%init : tensor<?x2xi32>) {structure = #example.block_diagonal<blocks = 2>} -> tensor<?x2xi32>
  return %y : tensor<?x2xi32>
}

// More blocks than columns: the layer stays dense and says why.
// CHECK-LABEL: func.func @refused
// CHECK: structlin.linear
// CHECK-SAME: structure = #structlin.dense<reason = "3 blocks are more than the smaller side of the weight, 2">
func.func @refused(%x: tensor<?x2xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "c" = dense<1.0> : tensor<4x2xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x2xf32>, tensor<4x2xf32>)
         outs(%init : tensor<?x4xf32>) {structure = #example.block_diagonal<blocks = 3>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
