// Constraints of structlin.blast_matmul.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// BL-C1
func.func @negative_output_blocks(%x: tensor<2x8xf32>, %U: tensor<2x2x3xf32>, %s: tensor<3x4x3xf32>, %V: tensor<4x3x2xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the first size of s (output blocks, as of U) to be 2, got 3}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x8xf32>, tensor<2x2x3xf32>, tensor<3x4x3xf32>, tensor<4x3x2xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BL-C2
func.func @negative_input_blocks(%x: tensor<2x8xf32>, %U: tensor<2x2x3xf32>, %s: tensor<2x5x3xf32>, %V: tensor<4x3x2xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the second size of s (input blocks, as the first of V) to be 4, got 5}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x8xf32>, tensor<2x2x3xf32>, tensor<2x5x3xf32>, tensor<4x3x2xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BL-C3
func.func @negative_rank_of_s(%x: tensor<2x8xf32>, %U: tensor<2x2x3xf32>, %s: tensor<2x4x4xf32>, %V: tensor<4x3x2xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the third size of s (rank, as of U) to be 3, got 4}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x8xf32>, tensor<2x2x3xf32>, tensor<2x4x4xf32>, tensor<4x3x2xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BL-C3
func.func @negative_rank_of_v(%x: tensor<2x8xf32>, %U: tensor<2x2x3xf32>, %s: tensor<2x4x3xf32>, %V: tensor<4x4x2xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the second size of V (rank, as of U) to be 3, got 4}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x8xf32>, tensor<2x2x3xf32>, tensor<2x4x3xf32>, tensor<4x4x2xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BL-C4
func.func @negative_outputs_not_covered(%x: tensor<2x8xf32>, %U: tensor<2x2x3xf32>, %s: tensor<2x4x3xf32>, %V: tensor<4x3x2xf32>, %i: tensor<2x5xf32>) {
  // expected-error @below {{expected the 2 blocks of 2 of U to cover 5 outputs}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x8xf32>, tensor<2x2x3xf32>, tensor<2x4x3xf32>, tensor<4x3x2xf32>)
         outs(%i : tensor<2x5xf32>) -> tensor<2x5xf32>
  return
}

// -----

// BL-C5
func.func @negative_inputs_not_covered(%x: tensor<2x9xf32>, %U: tensor<2x2x3xf32>, %s: tensor<2x4x3xf32>, %V: tensor<4x3x2xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the 4 blocks of 2 of V to cover 9 inputs}}
  %y = structlin.blast_matmul ins(%x, %U, %s, %V : tensor<2x9xf32>, tensor<2x2x3xf32>, tensor<2x4x3xf32>, tensor<4x3x2xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
