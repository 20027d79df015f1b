// RUN: structlin-opt --structlin-tile-tokens --split-input-file %s | FileCheck %s
// RUN: structlin-opt --structlin-tile-tokens="tile-size=7 parallel=false" --split-input-file %s | FileCheck %s --check-prefix=FOR
// RUN: not structlin-opt --structlin-tile-tokens=tile-size=0 --split-input-file %s 2>&1 | FileCheck %s --check-prefix=ZERO

// ZERO: error: expected a positive tile-size, got 0

// CHECK-LABEL: func.func @static
// CHECK: scf.forall (%[[T:.*]]) = (0) to (64) step (32)
// CHECK: structlin.linear ins(%{{.*}} : tensor<32x8xf32>, tensor<4x8xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<32x4xf32>)
// CHECK: tensor.parallel_insert_slice %{{.*}}[%[[T]], 0] [32, 4] [1, 1]
// FOR-LABEL: func.func @static
// FOR: scf.for %{{.*}} step %c7
// FOR: affine.min
// FOR: structlin.linear ins(%{{.*}} : tensor<?x8xf32>, tensor<4x8xf32>)
func.func @static(%x: tensor<64x8xf32>, %w: tensor<4x8xf32>,
                  %init: tensor<64x4xf32>) -> tensor<64x4xf32> {
  %y = structlin.linear ins(%x, %w : tensor<64x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<64x4xf32>) -> tensor<64x4xf32>
  return %y : tensor<64x4xf32>
}

// -----

// Inner results belong to one tile.

// CHECK-LABEL: func.func @dynamic
// CHECK: scf.forall
// CHECK: structlin.low_rank_matmul
// CHECK-SAME: tensor<?x8xf32>
func.func @dynamic(%x: tensor<?x8xf32>, %u: tensor<4x2xf32>, %v: tensor<2x8xf32>,
                   %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<?x8xf32>, tensor<4x2xf32>, tensor<2x8xf32>)
         outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// No more tokens than a tile, and buffers: left alone.

// CHECK-LABEL: func.func @few
// CHECK-NOT: scf.forall
func.func @few(%x: tensor<7x8xf32>, %w: tensor<4x8xf32>,
               %init: tensor<7x4xf32>) -> tensor<7x4xf32> {
  %y = structlin.linear ins(%x, %w : tensor<7x8xf32>, tensor<4x8xf32>)
         outs(%init : tensor<7x4xf32>) -> tensor<7x4xf32>
  return %y : tensor<7x4xf32>
}
// CHECK-LABEL: func.func @buffers
// CHECK-NOT: scf.forall
func.func @buffers(%x: memref<?x8xf32>, %w: memref<4x8xf32>, %init: memref<?x4xf32>) {
  structlin.linear ins(%x, %w : memref<?x8xf32>, memref<4x8xf32>)
    outs(%init : memref<?x4xf32>)
  return
}
