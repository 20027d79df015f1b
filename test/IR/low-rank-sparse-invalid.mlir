// Constraints of structlin.low_rank_sparse_matmul.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// LR-C3
func.func @negative_ranks_differ(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<2x8xf32>, %v: tensor<5xf32>, %c: tensor<5xi32>, %o: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the rows of V (rank, as the columns of U) to be 3, got 2}}
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %U, %V, %v, %c, %o : tensor<2x8xf32>, tensor<4x3xf32>, tensor<2x8xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C4
func.func @negative_number_of_offsets(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x8xf32>, %v: tensor<5xf32>, %c: tensor<5xi32>, %o: tensor<4xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the number of offsets (outputs and one) to be 5, got 4}}
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %U, %V, %v, %c, %o : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x8xf32>, tensor<5xf32>, tensor<5xi32>, tensor<4xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C1
func.func @negative_offsets_and_group(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x8xf32>, %v: tensor<5xf32>, %c: tensor<5xi32>, %o: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected either offsets (unstructured) or group (n:m)}}
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %U, %V, %v, %c, %o : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x8xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) {group = 4} -> tensor<2x4xf32>
  return
}
