// RUN: structlin-opt --structlin-vectorize-contractions=vector-bytes=32 --split-input-file %s | FileCheck %s
// RUN: not structlin-opt --structlin-vectorize-contractions=vector-bytes=24 --split-input-file %s 2>&1 | FileCheck %s --check-prefix=BYTES

// BYTES: error: expected vector-bytes to be a power of two of at least 8, got 24

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// x W^T: lanes along the reduction, summed after the loop.

// CHECK-LABEL: func.func @transposed
// CHECK: scf.for
// CHECK: %[[LANES:.*]] = scf.for {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}) -> (vector<1x4x8xf32>)
// CHECK: %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : vector<1x4x8xf32>
// CHECK: arith.addf %[[SUM]], %[[P]] fastmath<contract> : vector<1x4x8xf32>
// CHECK: vector.multi_reduction <add>, %[[LANES]], %{{.*}} [2] : vector<1x4x8xf32> to vector<1x4xf32>
// CHECK: vector.transfer_write
// CHECK-NOT: linalg.matmul
func.func @transposed(%x: tensor<?x16xf32>, %w: tensor<4x16xf32>,
                      %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = linalg.matmul indexing_maps = [#mk, #nk, #mn]
         ins(%x, %w : tensor<?x16xf32>, tensor<4x16xf32>)
         outs(%init : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// 13 inputs are 8 lanes and a rest of 5, 9 outputs 8 and a rest of 1. Integers.

// CHECK-LABEL: func.func @ragged
// CHECK: vector<1x8x8xi32>
// CHECK: vector<1x1x8xi32>
// CHECK: vector<1x8x5xi32>
// CHECK: vector<1x1x5xi32>
func.func @ragged(%x: tensor<3x13xi8>, %w: tensor<9x13xi8>,
                  %init: tensor<3x9xi32>) -> tensor<3x9xi32> {
  %y = linalg.matmul indexing_maps = [#mk, #nk, #mn]
         ins(%x, %w : tensor<3x13xi8>, tensor<9x13xi8>)
         outs(%init : tensor<3x9xi32>) -> tensor<3x9xi32>
  return %y : tensor<3x9xi32>
}

// -----

// x W: lanes along the output.

// CHECK-LABEL: func.func @plain
// CHECK: %[[ACC:.*]] = scf.for {{.*}} -> (vector<1x32xf32>)
// CHECK-NOT: multi_reduction
// CHECK: vector.transfer_write %[[ACC]]
func.func @plain(%x: tensor<?x16xf32>, %w: tensor<16x32xf32>,
                 %init: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x16xf32>, tensor<16x32xf32>)
         outs(%init : tensor<?x32xf32>) -> tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}

// -----

// Left to become loops: narrow accumulators, no static loop for the lanes.

// CHECK-LABEL: func.func @narrow
// CHECK: linalg.matmul
func.func @narrow(%x: tensor<4x16xbf16>, %w: tensor<16x32xbf16>,
                  %init: tensor<4x32xbf16>) -> tensor<4x32xbf16> {
  %y = linalg.matmul ins(%x, %w : tensor<4x16xbf16>, tensor<16x32xbf16>)
         outs(%init : tensor<4x32xbf16>) -> tensor<4x32xbf16>
  return %y : tensor<4x32xbf16>
}
// CHECK-LABEL: func.func @dynamic
// CHECK: linalg.matmul
func.func @dynamic(%x: tensor<?x?xf32>, %w: tensor<?x?xf32>,
                   %init: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<?x?xf32>, tensor<?x?xf32>)
         outs(%init : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
