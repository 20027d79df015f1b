// Constraints of structlin.low_rank_matmul.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// MM-C6
func.func @negative_mid_wider_than_acc(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected mid to be of the kind of acc and no wider than 'f32', got 'f64'}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x8xf32>)
         outs(%i : tensor<2x4xf32>) {mid = f64} -> tensor<2x4xf32>
  return
}

// -----

// MM-C6
func.func @negative_mid_of_other_kind(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected mid to be of the kind of acc and no wider than 'f32', got 'i32'}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x8xf32>)
         outs(%i : tensor<2x4xf32>) {mid = i32} -> tensor<2x4xf32>
  return
}

// -----

// MM-C7
func.func @negative_fit_of_other_shape(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the fit's dense_shape to be [4, 8], got [4, 9]}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x8xf32>)
         outs(%i : tensor<2x4xf32>) {fit = #structlin.fit<weight = "w", norm = frobenius, error = 0.5, seed = 0, dense_shape = [4, 9]>} -> tensor<2x4xf32>
  return
}

// -----

// LR-C1
func.func @negative_u_rows(%x: tensor<2x8xf32>, %U: tensor<5x3xf32>, %V: tensor<3x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the rows of U (outputs) to be 4, got 5}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<5x3xf32>, tensor<3x8xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// LR-C2
func.func @negative_v_columns(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<3x7xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the columns of V (inputs) to be 8, got 7}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<4x3xf32>, tensor<3x7xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// LR-C3
func.func @negative_ranks_differ(%x: tensor<2x8xf32>, %U: tensor<4x3xf32>, %V: tensor<2x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the rows of V (rank, as the columns of U) to be 3, got 2}}
  %y = structlin.low_rank_matmul ins(%x, %U, %V : tensor<2x8xf32>, tensor<4x3xf32>, tensor<2x8xf32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
