// RUN: structlin-opt %s --split-input-file --structlin-raise \
// RUN:   --remarks-filter-missed=structlin-raise --remark-policy=all --remark-format=emitRemark \
// RUN:   -o %t 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=KEPT < %t

// KEPT-NOT: structlin.linear
// KEPT: func.func @no_product
// KEPT-NOT: structlin.linear

// What stays dense is reported with its reason, and is not changed.

// CHECK: remark: [Missed] NotRaised | Category:structlin-raise | Function=negative_two_activations
// CHECK-SAME: Reason="linalg.batch_matmul is no linear layer: it multiplies two activations"
func.func @negative_two_activations(%q: tensor<2x3x8xf32>, %k: tensor<2x8x3xf32>, %init: tensor<2x3x3xf32>)
    -> tensor<2x3x3xf32> {
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x3x8xf32>, tensor<2x8x3xf32>)
       outs(%init : tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  return %s : tensor<2x3x3xf32>
}

// -----

// CHECK: both operands are parameters
func.func @negative_two_parameters(%init: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %a = structlin.parameter "a" : tensor<4x8xf32>
  %b = structlin.parameter "b" : tensor<8x4xf32>
  %y = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>)
       outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// -----

// Experts: one matrix for each element of the batch.

// CHECK: the weight has a batch dimension of its own
func.func @negative_experts(%x: tensor<2x3x8xf32>, %init: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %w = structlin.parameter "w" : tensor<2x8x4xf32>
  %y = linalg.batch_matmul ins(%x, %w : tensor<2x3x8xf32>, tensor<2x8x4xf32>)
       outs(%init : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// -----

// CHECK: its weight is a slice of the parameter 'stacked'
func.func @negative_stacked(%x: tensor<4x8xf32>, %i: index, %init: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %s = structlin.parameter "stacked" : tensor<3x8x8xf32>
  %w = tensor.extract_slice %s[%i, 0, 0] [1, 8, 8] [1, 1, 1]
       : tensor<3x8x8xf32> to tensor<8x8xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>)
       outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

// CHECK: its integers are unsigned
func.func @negative_unsigned(%x: tensor<4x8xi8>, %init: tensor<4x4xi32>) -> tensor<4x4xi32> {
  %w = structlin.parameter "w" : tensor<8x4xi8>
  %y = linalg.matmul {cast = #linalg.type_fn<cast_unsigned>}
       ins(%x, %w : tensor<4x8xi8>, tensor<8x4xi8>) outs(%init : tensor<4x4xi32>)
       -> tensor<4x4xi32>
  return %y : tensor<4x4xi32>
}

// -----

// CHECK: structlin.linear carries no zero points
func.func @negative_zero_points(%x: tensor<4x8xi8>, %zx: i32, %zw: i32, %init: tensor<4x4xi32>)
    -> tensor<4x4xi32> {
  %w = structlin.parameter "w" : tensor<8x4xi8>
  %y = linalg.quantized_matmul
       ins(%x, %w, %zx, %zw : tensor<4x8xi8>, tensor<8x4xi8>, i32, i32)
       outs(%init : tensor<4x4xi32>) -> tensor<4x4xi32>
  return %y : tensor<4x4xi32>
}

// -----

// CHECK: an operand is narrowed before the product
func.func @negative_narrowed(%x: tensor<4x8xf32>, %init: tensor<4x4xbf16>) -> tensor<4x4xbf16> {
  %w = structlin.parameter "w" : tensor<8x4xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x4xf32>)
       outs(%init : tensor<4x4xbf16>) -> tensor<4x4xbf16>
  return %y : tensor<4x4xbf16>
}

// -----

// CHECK: an integer operand is converted to floating point before the product
func.func @negative_dequantized(%x: tensor<4x8xf32>, %init: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %w = structlin.parameter "w" : tensor<8x4xi8>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x4xi8>)
       outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// -----

// CHECK: an operand is indexed by more than single loops, as under a window or a stride
func.func @negative_window(%x: tensor<1x7x7x8xf32>, %init: tensor<1x5x5x4xf32>) -> tensor<1x5x5x4xf32> {
  %w = structlin.parameter "w" : tensor<3x3x8x4xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x7x7x8xf32>, tensor<3x3x8x4xf32>)
       outs(%init : tensor<1x5x5x4xf32>) -> tensor<1x5x5x4xf32>
  return %y : tensor<1x5x5x4xf32>
}

// -----

// CHECK: only a part of an operand is read
func.func @negative_strided_pixels(%x: tensor<1x2x2x8xf32>, %init: tensor<1x1x1x4xf32>)
    -> tensor<1x1x1x4xf32> {
  %w = structlin.parameter "w" : tensor<1x1x8x4xf32>
  %y = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>}
       ins(%x, %w : tensor<1x2x2x8xf32>, tensor<1x1x8x4xf32>)
       outs(%init : tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  return %y : tensor<1x1x1x4xf32>
}

// -----

// CHECK: a window moves over a dimension of dynamic size
func.func @negative_dynamic_pixels(%x: tensor<1x?x1x8xf32>, %init: tensor<1x?x1x4xf32>)
    -> tensor<1x?x1x4xf32> {
  %w = structlin.parameter "w" : tensor<1x1x8x4xf32>
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x?x1x8xf32>, tensor<1x1x8x4xf32>)
       outs(%init : tensor<1x?x1x4xf32>) -> tensor<1x?x1x4xf32>
  return %y : tensor<1x?x1x4xf32>
}

// -----

// CHECK: a factor is a constant inside the body
func.func @negative_absorbed_splat(%x: tensor<4x8xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %half = arith.constant 0.5 : f32
  %y = linalg.generic {
         indexing_maps = [affine_map<(m, i) -> (m, i)>, affine_map<(m, i) -> (m)>],
         iterator_types = ["parallel", "reduction"]}
       ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %c: f32):
    %p = arith.mulf %a, %half : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK: a dimension is summed over one operand alone
func.func @negative_summed_input(%x: tensor<4x8x3xf32>, %init: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %w = structlin.parameter "w" : tensor<4x8xf32>
  %y = linalg.generic {
         indexing_maps = [affine_map<(m, o, i, j) -> (m, i, j)>, affine_map<(m, o, i, j) -> (o, i)>,
                          affine_map<(m, o, i, j) -> (m, o)>],
         iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
       ins(%x, %w : tensor<4x8x3xf32>, tensor<4x8xf32>) outs(%init : tensor<4x4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// -----

// CHECK: the weight repeats along its outputs or inputs
func.func @negative_repeated(%x: tensor<4x8xf32>, %init: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %w = structlin.parameter "w" : tensor<8xf32>
  %e = tensor.empty() : tensor<8x6xf32>
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<8x6xf32>) dimensions = [1]
  %y = linalg.matmul ins(%x, %wb : tensor<4x8xf32>, tensor<8x6xf32>)
       outs(%init : tensor<4x6xf32>) -> tensor<4x6xf32>
  return %y : tensor<4x6xf32>
}

// -----

// A sum of squares, a pooling and an elementwise product are not remarked on.

// CHECK-NOT: remark:
func.func @no_product(%x: tensor<4x8xf32>, %init: tensor<4xf32>) -> tensor<4xf32> {
  %y = linalg.generic {
         indexing_maps = [affine_map<(m, i) -> (m, i)>, affine_map<(m, i) -> (m)>],
         iterator_types = ["parallel", "reduction"]}
       ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %c: f32):
    %p = arith.mulf %a, %a : f32
    %s = arith.addf %c, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}
