// RUN: structlin-opt --structlin-decompose --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-decompose=groups-only --split-input-file %s | FileCheck %s --check-prefix=GROUPS

// A product on tensors. In the type of accumulation nothing is rounded.

// CHECK-LABEL: func.func @linear
// CHECK-NOT: structlin
// CHECK: linalg.matmul indexing_maps
// CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<4x8xf32>)
// GROUPS-LABEL: func.func @linear
// GROUPS: structlin.linear
func.func @linear(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>,
                  %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// Inner results are rounded to mid, the result once to the init's type.

// CHECK-LABEL: func.func @low_rank_bf16
// CHECK-NOT: structlin
// CHECK: arith.extf
// CHECK: linalg.matmul
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: linalg.matmul
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK-NOT: arith.truncf
func.func @low_rank_bf16(%x: tensor<3x8xbf16>, %u: tensor<4x2xbf16>, %v: tensor<2x8xbf16>,
                         %init: tensor<3x4xbf16>) -> tensor<3x4xbf16> {
  %y = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<3x8xbf16>, tensor<4x2xbf16>, tensor<2x8xbf16>)
         outs(%init : tensor<3x4xbf16>) {mid = bf16} -> tensor<3x4xbf16>
  return %y : tensor<3x4xbf16>
}

// -----

// On memrefs the result goes to the init's buffer.

// CHECK-LABEL: func.func @memrefs
// CHECK-SAME: %[[INIT:[^:]*]]: memref<?x4xi32>)
// CHECK-NOT: structlin
// CHECK: bufferization.to_tensor
// CHECK: linalg.matmul
// CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[INIT]]
func.func @memrefs(%x: memref<?x8xi8>, %w: memref<4x8xi8>, %init: memref<?x4xi32>) {
  structlin.linear ins(%x, %w : memref<?x8xi8>, memref<4x8xi8>)
    outs(%init : memref<?x4xi32>)
  return
}

// -----

// A group is replaced by its content, which is decomposed unless only groups are.

// CHECK-LABEL: func.func @group
// CHECK-NOT: structlin
// CHECK: linalg.matmul
// GROUPS-LABEL: func.func @group
// GROUPS-NOT: structlin.kernel
// GROUPS: structlin.linear
func.func @group(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>,
                 %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.kernel ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>)
                        outs(%init : tensor<?x4xf32>) {
  ^bb0(%a: tensor<?x8xf32>, %b: tensor<4x8xf32>, %c: tensor<?x4xf32>):
    %0 = structlin.linear ins(%a, %b : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%c : tensor<?x4xf32>) -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
