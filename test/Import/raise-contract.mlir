// RUN: structlin-opt %s --split-input-file --structlin-raise --canonicalize | FileCheck %s

// Several output dimensions: rows of W in the order of the result.

// CHECK-LABEL: @many_outputs(
// CHECK: %[[X2:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0, 1], [2]{{\]}}
// CHECK: %[[W2:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2]{{\]}} : tensor<8x4x5xf32> into tensor<8x20xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W2]] : tensor<8x20xf32>)
// CHECK: %[[Y2:.*]] = structlin.linear ins(%[[X2]], %[[T]] : tensor<6x8xf32>, tensor<20x8xf32>)
// CHECK: tensor.expand_shape %[[Y2]] {{\[}}[0, 1], [2, 3]{{\]}} output_shape [2, 3, 4, 5]
func.func @many_outputs(%x: tensor<2x3x8xf32>) -> tensor<2x3x4x5xf32> {
  %init = arith.constant dense<0.0> : tensor<2x3x4x5xf32>
  %w = structlin.parameter "w" : tensor<8x4x5xf32>
  %y = linalg.contract
       indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2)>,
                        affine_map<(d0, d1, d2, d3, d4) -> (d2, d3, d4)>,
                        affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>]
       ins(%x, %w : tensor<2x3x8xf32>, tensor<8x4x5xf32>)
       outs(%init : tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  return %y : tensor<2x3x4x5xf32>
}

// -----

// Two reduced dimensions, in another order in the weight than in x: the weight is
// transposed, x is only reshaped.

// CHECK-LABEL: @many_inputs(
// CHECK: %[[X2:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2]{{\]}} : tensor<3x4x5xf32> into tensor<3x20xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<5x7x4xf32>) {{.*}} permutation = [1, 2, 0]
// CHECK: %[[W2:.*]] = tensor.collapse_shape %[[T]] {{\[}}[0], [1, 2]{{\]}} : tensor<7x4x5xf32> into tensor<7x20xf32>
// CHECK: structlin.linear ins(%[[X2]], %[[W2]] : tensor<3x20xf32>, tensor<7x20xf32>)
func.func @many_inputs(%x: tensor<3x4x5xf32>) -> tensor<3x7xf32> {
  %init = arith.constant dense<0.0> : tensor<3x7xf32>
  %w = structlin.parameter "w" : tensor<5x7x4xf32>
  %y = linalg.contract
       indexing_maps = [affine_map<(m, o, h, d) -> (m, h, d)>,
                        affine_map<(m, o, h, d) -> (d, o, h)>,
                        affine_map<(m, o, h, d) -> (m, o)>]
       ins(%x, %w : tensor<3x4x5xf32>, tensor<5x7x4xf32>) outs(%init : tensor<3x7xf32>)
       -> tensor<3x7xf32>
  return %y : tensor<3x7xf32>
}

// -----

// x has its tokens inside its features: it is transposed once.

// CHECK-LABEL: @interleaved_input(
// CHECK-SAME: %[[X:.*]]: tensor<4x3x5xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[X]] : tensor<4x3x5xf32>) {{.*}} permutation = [1, 0, 2]
// CHECK: %[[X2:.*]] = tensor.collapse_shape %[[T]] {{\[}}[0], [1, 2]{{\]}}
// CHECK: structlin.linear ins(%[[X2]], %{{.*}} : tensor<3x20xf32>, tensor<7x20xf32>)
func.func @interleaved_input(%x: tensor<4x3x5xf32>, %init: tensor<3x7xf32>) -> tensor<3x7xf32> {
  %w = structlin.parameter "w" : tensor<7x4x5xf32>
  %y = linalg.contract
       indexing_maps = [affine_map<(m, o, h, d) -> (h, m, d)>,
                        affine_map<(m, o, h, d) -> (o, h, d)>,
                        affine_map<(m, o, h, d) -> (m, o)>]
       ins(%x, %w : tensor<4x3x5xf32>, tensor<7x4x5xf32>) outs(%init : tensor<3x7xf32>)
       -> tensor<3x7xf32>
  return %y : tensor<3x7xf32>
}

// -----

// A reshape splits a dimension of the parameter, and only a part of it moves.

// CHECK-LABEL: @split_parameter(
// CHECK: %[[W3:.*]] = tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2]{{\]}} output_shape [8, 4, 5]
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W3]] : tensor<8x4x5xf32>) {{.*}} permutation = [2, 1, 0]
// CHECK: %[[W2:.*]] = tensor.collapse_shape %[[T]] {{\[}}[0, 1], [2]{{\]}}
// CHECK: structlin.linear ins(%{{.*}}, %[[W2]] : tensor<3x8xf32>, tensor<20x8xf32>)
func.func @split_parameter(%x: tensor<3x8xf32>) -> tensor<3x5x4xf32> {
  %init = arith.constant dense<0.0> : tensor<3x5x4xf32>
  %w = structlin.parameter "w" : tensor<8x20xf32>
  %w3 = tensor.expand_shape %w [[0], [1, 2]] output_shape [8, 4, 5]
        : tensor<8x20xf32> into tensor<8x4x5xf32>
  %y = linalg.contract
       indexing_maps = [affine_map<(m, a, b, i) -> (m, i)>,
                        affine_map<(m, a, b, i) -> (i, b, a)>,
                        affine_map<(m, a, b, i) -> (m, a, b)>]
       ins(%x, %w3 : tensor<3x8xf32>, tensor<8x4x5xf32>) outs(%init : tensor<3x5x4xf32>)
       -> tensor<3x5x4xf32>
  return %y : tensor<3x5x4xf32>
}
