// RUN: structlin-example-opt %s --split-input-file --verify-diagnostics

// BD-C1
func.func @negative_rows(%x: tensor<2x4xf32>, %d: tensor<2x2x2xf32>, %init: tensor<2x5xf32>) -> tensor<2x5xf32> {
  // expected-error @below {{expected the 2 blocks of 2 of D to cover 5 outputs}}
  %y = example.block_diagonal_matmul ins(%x, %d : tensor<2x4xf32>, tensor<2x2x2xf32>) outs(%init : tensor<2x5xf32>) -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}

// -----

// BD-C2
func.func @negative_columns(%x: tensor<2x5xf32>, %d: tensor<2x2x2xf32>, %init: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @below {{expected the 2 blocks of 2 of D to cover 5 inputs}}
  %y = example.block_diagonal_matmul ins(%x, %d : tensor<2x5xf32>, tensor<2x2x2xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// MM-C2
func.func @negative_tokens(%x: tensor<3x4xf32>, %d: tensor<2x2x2xf32>, %init: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @below {{expected input and init to have as many rows (tokens), got 3 and 2}}
  %y = example.block_diagonal_matmul ins(%x, %d : tensor<3x4xf32>, tensor<2x2x2xf32>) outs(%init : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// The number of blocks is positive.
// expected-error @below {{expected a positive number of blocks, got 0}}
func.func private @negative_blocks() attributes {a = #example.block_diagonal<blocks = 0>}
