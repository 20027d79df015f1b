// RUN: structlin-opt %s --split-input-file --structlin-raise --canonicalize | FileCheck %s

// W x: y is transposed, and x.

// CHECK-LABEL: @weight_on_the_left(
// CHECK-SAME: %[[X:.*]]: tensor<8x4xf32>
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<16x8xf32>
// CHECK: %[[XT:.*]] = linalg.transpose ins(%[[X]] : tensor<8x4xf32>)
// CHECK: %[[Y:.*]] = structlin.linear ins(%[[XT]], %[[W]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK: %[[YT:.*]] = linalg.transpose ins(%[[Y]] : tensor<4x16xf32>)
// CHECK: return %[[YT]]
func.func @weight_on_the_left(%x: tensor<8x4xf32>) -> tensor<16x4xf32> {
  %init = arith.constant dense<0.0> : tensor<16x4xf32>
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %y = linalg.matmul ins(%w, %x : tensor<16x8xf32>, tensor<8x4xf32>)
       outs(%init : tensor<16x4xf32>) -> tensor<16x4xf32>
  return %y : tensor<16x4xf32>
}

// -----

// Transposes that the front end put around (vmap of W v) compose to nothing.

#id = affine_map<(d0, d1) -> (d0, d1)>
#swap = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: @transposes_compose(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<16x8xf32>
// CHECK: %[[Y:.*]] = structlin.linear ins(%[[X]], %[[W]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK-NEXT: return %[[Y]]
func.func @transposes_compose(%x: tensor<4x8xf32>) -> tensor<4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<16x4xf32>
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %e0 = tensor.empty() : tensor<8x4xf32>
  %xt = linalg.generic {indexing_maps = [#swap, #id], iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<4x8xf32>) outs(%e0 : tensor<8x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<8x4xf32>
  %y = linalg.matmul ins(%w, %xt : tensor<16x8xf32>, tensor<8x4xf32>)
       outs(%init : tensor<16x4xf32>) -> tensor<16x4xf32>
  %e1 = tensor.empty() : tensor<4x16xf32>
  %yt = linalg.transpose ins(%y : tensor<16x4xf32>) outs(%e1 : tensor<4x16xf32>)
        permutation = [1, 0]
  return %yt : tensor<4x16xf32>
}

// -----

// An init that is not zero is transposed along.

// CHECK-LABEL: @left_accumulates(
// CHECK-SAME: %{{.*}}: tensor<8x?xf32>, %[[INIT:.*]]: tensor<16x?xf32>
// CHECK: %[[IT:.*]] = linalg.transpose ins(%[[INIT]] : tensor<16x?xf32>)
// CHECK: structlin.linear ins(%{{.*}} : tensor<?x8xf32>, tensor<16x8xf32>) outs(%[[IT]] : tensor<?x16xf32>)
func.func @left_accumulates(%x: tensor<8x?xf32>, %init: tensor<16x?xf32>) -> tensor<16x?xf32> {
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %y = linalg.matmul ins(%w, %x : tensor<16x8xf32>, tensor<8x?xf32>)
       outs(%init : tensor<16x?xf32>) -> tensor<16x?xf32>
  return %y : tensor<16x?xf32>
}
