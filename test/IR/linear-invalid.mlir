// Constraints that all products share, and those of structlin.linear.
// RUN: structlin-opt %s --split-input-file --verify-diagnostics

// MM-C1
func.func @negative_mixed_tensors_and_memrefs(%x: tensor<2x8xf32>, %w: memref<4x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected operands to be all tensors or all memrefs}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, memref<4x8xf32>) outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// MM-C1
func.func @negative_tensors_without_result(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected 1 results with tensors, got 0}}
  structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%i : tensor<2x4xf32>)
  return
}

// -----

// MM-C2
func.func @negative_tokens_differ(%x: tensor<3x8xf32>, %w: tensor<4x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected input and init to have as many rows (tokens), got 3 and 2}}
  %y = structlin.linear ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// MM-C3
func.func @negative_float_and_integer(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %i: tensor<2x4xi32>) {
  // expected-error @below {{expected element types to be all floating-point or all integer, got 'f32' and 'i32'}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%i : tensor<2x4xi32>) -> tensor<2x4xi32>
  return
}

// -----

// MM-C4
func.func @negative_acc_f16(%x: tensor<2x8xf16>, %w: tensor<4x8xf16>, %i: tensor<2x4xf16>) {
  // expected-error @below {{expected acc to be f32 or f64, got 'f16'}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf16>, tensor<4x8xf16>) outs(%i : tensor<2x4xf16>) {acc = f16} -> tensor<2x4xf16>
  return
}

// -----

// MM-C4
func.func @negative_acc_i8(%x: tensor<2x8xi8>, %w: tensor<4x8xi8>, %i: tensor<2x4xi8>) {
  // expected-error @below {{expected acc to be i32 or i64, got 'i8'}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xi8>, tensor<4x8xi8>) outs(%i : tensor<2x4xi8>) {acc = i8} -> tensor<2x4xi8>
  return
}

// -----

// MM-C5
func.func @negative_acc_narrower_than_init(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %i: tensor<2x4xf64>) {
  // expected-error @below {{expected acc to be at least as wide as 'f64', got 'f32'}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%i : tensor<2x4xf64>) {acc = f32} -> tensor<2x4xf64>
  return
}

// -----

// MM-C8
func.func @negative_result_type(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected type of operand #2 ('tensor<2x4xf32>') to match type of corresponding result ('tensor<2x5xf32>')}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%i : tensor<2x4xf32>) -> tensor<2x5xf32>
  return
}

// -----

// LIN-C1
func.func @negative_weight_rows(%x: tensor<2x8xf32>, %w: tensor<5x8xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the weight to have 4 rows (outputs), got 5}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<5x8xf32>) outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}

// -----

// LIN-C2
func.func @negative_weight_columns(%x: tensor<2x8xf32>, %w: tensor<4x9xf32>, %i: tensor<2x4xf32>) {
  // expected-error @below {{expected the weight to have 8 columns (inputs), got 9}}
  %y = structlin.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x9xf32>) outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
