// Constraints of structlin.block_sparse_matmul.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// BS-C1
func.func @negative_number_of_indices(%x: tensor<2x8xf32>, %v: tensor<3x2x4xf32>, %c: tensor<4xi32>, %o: tensor<3xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the number of indices (one per stored block) to be 3, got 4}}
  %y = structlin.block_sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<3x2x4xf32>, tensor<4xi32>, tensor<3xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BS-C2
func.func @negative_no_offsets(%x: tensor<2x8xf32>, %v: tensor<3x2x4xf32>, %c: tensor<3xi32>, %o: tensor<0xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected at least 1 offset, got 0}}
  %y = structlin.block_sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<3x2x4xf32>, tensor<3xi32>, tensor<0xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BS-C3
func.func @negative_outputs_not_covered(%x: tensor<2x8xf32>, %v: tensor<3x2x4xf32>, %c: tensor<3xi32>, %o: tensor<2xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected 2 offsets to give block rows of 2 that cover 4 outputs, got 1 block rows}}
  %y = structlin.block_sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<3x2x4xf32>, tensor<3xi32>, tensor<2xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BS-C4
func.func @negative_dynamic_block_width(%x: tensor<2x8xf32>, %v: tensor<3x2x?xf32>, %c: tensor<3xi32>, %o: tensor<3xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected blocks of static, positive width, got ?}}
  %y = structlin.block_sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<3x2x?xf32>, tensor<3xi32>, tensor<3xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// BS-I2
func.func @negative_index_type(%x: tensor<2x8xf32>, %v: tensor<3x2x4xf32>, %c: tensor<3xi8>, %o: tensor<3xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{operand #2 must be}}
  %y = structlin.block_sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<3x2x4xf32>, tensor<3xi8>, tensor<3xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
