// RUN: structlin-opt %s --split-input-file --structlin-raise --canonicalize | FileCheck %s

// The weight is repeated over the batch: the batch is tokens.

// CHECK-LABEL: @broadcast_weight(
// CHECK-SAME: %[[X:.*]]: tensor<2x3x8xf32>
// CHECK: %[[X2:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1], [2]{{\]}}
// CHECK: %[[Y2:.*]] = structlin.linear ins(%[[X2]], %{{.*}} : tensor<6x8xf32>, tensor<16x8xf32>)
// CHECK: tensor.expand_shape %[[Y2]] {{\[}}[0, 1], [2]{{\]}} output_shape [2, 3, 16]
// CHECK-NOT: linalg.b
func.func @broadcast_weight(%x: tensor<2x3x8xf32>) -> tensor<2x3x16xf32> {
  %init = arith.constant dense<0.0> : tensor<2x3x16xf32>
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %e0 = tensor.empty() : tensor<8x16xf32>
  %wt = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%e0 : tensor<8x16xf32>)
        permutation = [1, 0]
  %e1 = tensor.empty() : tensor<2x8x16xf32>
  %wb = linalg.broadcast ins(%wt : tensor<8x16xf32>) outs(%e1 : tensor<2x8x16xf32>)
        dimensions = [0]
  %y = linalg.batch_matmul ins(%x, %wb : tensor<2x3x8xf32>, tensor<2x8x16xf32>)
       outs(%init : tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
  return %y : tensor<2x3x16xf32>
}

// -----

// A batch of dynamic extent, the weight broadcast by a generic; two batch
// dimensions collapsed around the batch_matmul.

// CHECK-LABEL: @dynamic_batch(
// CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0, 1], [2]{{\]}} : tensor<?x3x8xf32> into tensor<?x8xf32>
// CHECK: structlin.linear ins({{.*}} : tensor<?x8xf32>, tensor<16x8xf32>) {{.*}} -> tensor<?x16xf32>
// CHECK: tensor.expand_shape {{.*}} : tensor<?x16xf32> into tensor<?x3x16xf32>
// CHECK-NOT: linalg.batch_matmul
func.func @dynamic_batch(%x: tensor<?x3x8xf32>) -> tensor<?x3x16xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %b = tensor.dim %x, %c0 : tensor<?x3x8xf32>
  %e0 = tensor.empty(%b) : tensor<?x8x16xf32>
  %wb = linalg.generic {
          indexing_maps = [affine_map<(b, i, o) -> (o, i)>, affine_map<(b, i, o) -> (b, i, o)>],
          iterator_types = ["parallel", "parallel", "parallel"]}
        ins(%w : tensor<16x8xf32>) outs(%e0 : tensor<?x8x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<?x8x16xf32>
  %e1 = tensor.empty(%b) : tensor<?x3x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x3x16xf32>) -> tensor<?x3x16xf32>
  %y = linalg.batch_matmul ins(%x, %wb : tensor<?x3x8xf32>, tensor<?x8x16xf32>)
       outs(%init : tensor<?x3x16xf32>) -> tensor<?x3x16xf32>
  return %y : tensor<?x3x16xf32>
}

// -----

// 4-D through collapse, batch_matmul and expand, the weight repeated over both.

// CHECK-LABEL: @two_batches(
// CHECK: structlin.linear ins({{.*}} : tensor<30x8xf32>, tensor<16x8xf32>)
// CHECK-NOT: linalg.batch_matmul
func.func @two_batches(%x: tensor<2x5x3x8xf32>) -> tensor<2x5x3x16xf32> {
  %init = arith.constant dense<0.0> : tensor<10x3x16xf32>
  %w = structlin.parameter "w" : tensor<8x16xf32>
  %e = tensor.empty() : tensor<2x5x8x16xf32>
  %wb = linalg.broadcast ins(%w : tensor<8x16xf32>) outs(%e : tensor<2x5x8x16xf32>)
        dimensions = [0, 1]
  %w3 = tensor.collapse_shape %wb [[0, 1], [2], [3]]
        : tensor<2x5x8x16xf32> into tensor<10x8x16xf32>
  %x3 = tensor.collapse_shape %x [[0, 1], [2], [3]] : tensor<2x5x3x8xf32> into tensor<10x3x8xf32>
  %y3 = linalg.batch_matmul ins(%x3, %w3 : tensor<10x3x8xf32>, tensor<10x8x16xf32>)
        outs(%init : tensor<10x3x16xf32>) -> tensor<10x3x16xf32>
  %y = tensor.expand_shape %y3 [[0, 1], [2], [3]] output_shape [2, 5, 3, 16]
       : tensor<10x3x16xf32> into tensor<2x5x3x16xf32>
  return %y : tensor<2x5x3x16xf32>
}

// -----

// A batch of one, as torch to TOSA writes it.

// CHECK-LABEL: @unit_batch(
// CHECK-SAME: %[[X:.*]]: tensor<3x8xf32>
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<16x8xf32>
// CHECK: structlin.linear ins(%[[X]], %[[W]] : tensor<3x8xf32>, tensor<16x8xf32>)
// CHECK-NOT: linalg.batch_matmul
func.func @unit_batch(%x: tensor<3x8xf32>) -> tensor<3x16xf32> {
  %init = arith.constant dense<0.0> : tensor<1x3x16xf32>
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %e = tensor.empty() : tensor<8x16xf32>
  %wt = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%e : tensor<8x16xf32>)
        permutation = [1, 0]
  %w3 = tensor.expand_shape %wt [[0, 1], [2]] output_shape [1, 8, 16]
        : tensor<8x16xf32> into tensor<1x8x16xf32>
  %x3 = tensor.expand_shape %x [[0, 1], [2]] output_shape [1, 3, 8]
        : tensor<3x8xf32> into tensor<1x3x8xf32>
  %y3 = linalg.batch_matmul ins(%x3, %w3 : tensor<1x3x8xf32>, tensor<1x8x16xf32>)
        outs(%init : tensor<1x3x16xf32>) -> tensor<1x3x16xf32>
  %y = tensor.collapse_shape %y3 [[0, 1], [2]] : tensor<1x3x16xf32> into tensor<3x16xf32>
  return %y : tensor<3x16xf32>
}

// -----

// A batch that is one, where the type of x does not say so.

// CHECK-LABEL: @unknown_unit_batch(
// CHECK: structlin.linear ins({{.*}} : tensor<?x8xf32>, tensor<16x8xf32>)
// CHECK-NOT: linalg.batch_matmul
func.func @unknown_unit_batch(%x: tensor<?x3x8xf32>, %init: tensor<1x3x16xf32>)
    -> tensor<1x3x16xf32> {
  %w = structlin.parameter "w" : tensor<1x8x16xf32>
  %y = linalg.batch_matmul ins(%x, %w : tensor<?x3x8xf32>, tensor<1x8x16xf32>)
       outs(%init : tensor<1x3x16xf32>) -> tensor<1x3x16xf32>
  return %y : tensor<1x3x16xf32>
}
