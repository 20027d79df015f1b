// Constraints of structlin.sparse_matmul.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// SP-C1
func.func @negative_offsets_and_group(%x: tensor<2x8xf32>, %v: tensor<5xf32>, %c: tensor<5xi32>, %o: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected either offsets (unstructured) or group (n:m)}}
  %y = structlin.sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<5xf32>, tensor<5xi32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) {group = 4} -> tensor<2x4xf32>
  return
}

// -----

// SP-C1
func.func @negative_neither_offsets_nor_group(%x: tensor<2x8xf32>, %v: tensor<4x2x2xf32>, %c: tensor<4x2x2xi8>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected either offsets (unstructured) or group (n:m)}}
  %y = structlin.sparse_matmul ins(%x, %v, %c : tensor<2x8xf32>, tensor<4x2x2xf32>, tensor<4x2x2xi8>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C2
func.func @negative_rank_of_values(%x: tensor<2x8xf32>, %v: tensor<4x2x2xf32>, %c: tensor<5xi32>, %o: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected values of rank 1 with offsets, got 'tensor<4x2x2xf32>'}}
  %y = structlin.sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<4x2x2xf32>, tensor<5xi32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C2
func.func @negative_rank_of_grouped_indices(%x: tensor<2x8xf32>, %v: tensor<4x2x2xf32>, %c: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected indices of rank 3 without offsets, got 'tensor<5xi32>'}}
  %y = structlin.sparse_matmul ins(%x, %v, %c : tensor<2x8xf32>, tensor<4x2x2xf32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) {group = 4} -> tensor<2x4xf32>
  return
}

// -----

// SP-C3
func.func @negative_indices_shape(%x: tensor<2x8xf32>, %v: tensor<5xf32>, %c: tensor<6xi32>, %o: tensor<5xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected size 0 of the indices (as of the values) to be 5, got 6}}
  %y = structlin.sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<5xf32>, tensor<6xi32>, tensor<5xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C4
func.func @negative_number_of_offsets(%x: tensor<2x8xf32>, %v: tensor<5xf32>, %c: tensor<5xi32>, %o: tensor<4xi32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the number of offsets (outputs and one) to be 5, got 4}}
  %y = structlin.sparse_matmul ins(%x, %v, %c, %o : tensor<2x8xf32>, tensor<5xf32>, tensor<5xi32>, tensor<4xi32>)
         outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// SP-C4
func.func @negative_grouped_rows(%x: tensor<2x8xf32>, %v: tensor<3x2x2xf32>, %c: tensor<3x2x2xi8>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the rows of the values (outputs) to be 4, got 3}}
  %y = structlin.sparse_matmul ins(%x, %v, %c : tensor<2x8xf32>, tensor<3x2x2xf32>, tensor<3x2x2xi8>)
         outs(%i : tensor<2x4xf32>) {group = 4} -> tensor<2x4xf32>
  return
}

// -----

// SP-C5
func.func @negative_group_too_small(%x: tensor<2x8xf32>, %v: tensor<4x2x2xf32>, %c: tensor<4x2x2xi8>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected a group between the 2 entries stored of it and 128, got 1}}
  %y = structlin.sparse_matmul ins(%x, %v, %c : tensor<2x8xf32>, tensor<4x2x2xf32>, tensor<4x2x2xi8>)
         outs(%i : tensor<2x4xf32>) {group = 1} -> tensor<2x4xf32>
  return
}

// -----

// SP-C6
func.func @negative_number_of_groups(%x: tensor<2x9xf32>, %v: tensor<4x2x2xf32>, %c: tensor<4x2x2xi8>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the number of groups (inputs over group, rounded up) to be 3, got 2}}
  %y = structlin.sparse_matmul ins(%x, %v, %c : tensor<2x9xf32>, tensor<4x2x2xf32>, tensor<4x2x2xi8>)
         outs(%i : tensor<2x4xf32>) {group = 4} -> tensor<2x4xf32>
  return
}
