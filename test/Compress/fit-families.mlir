// Planted factors come back exactly, with every family: each weight below has the
// structure that is fitted to it.
// RUN: structlin-opt %s --structlin-fit | FileCheck %s

// W = u v^T with u = (1, 2, 1, -1), v = (1, 2, 3, 4): rank 1.
// CHECK-LABEL: func.func @low_rank
// CHECK: %[[U:.*]] = structlin.parameter "a.U" = dense<{{.*}}> : tensor<4x1xf64>
// CHECK: %[[V:.*]] = structlin.parameter "a.V" = dense<{{.*}}> : tensor<1x4xf64>
// CHECK: structlin.low_rank_matmul ins(%{{.*}}, %[[U]], %[[V]] :
// CHECK-SAME: fit = #structlin.fit<weight = "a", norm = frobenius, error = {{0.0|[0-9.]+(e|E)-1[5-9]}}, seed = 0, dense_shape = [4, 4]>
// CHECK-SAME: layer = "a"
func.func @low_rank(%x: tensor<?x4xf64>, %init: tensor<?x4xf64>) -> tensor<?x4xf64> {
  %w = structlin.parameter "a" = dense<[[1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0],
    [1.0, 2.0, 3.0, 4.0], [-1.0, -2.0, -3.0, -4.0]]> : tensor<4x4xf64>
  %y = structlin.linear ins(%x, %w : tensor<?x4xf64>, tensor<4x4xf64>) outs(%init : tensor<?x4xf64>)
    {layer = "a", structure = #structlin.low_rank<rank = 1>} -> tensor<?x4xf64>
  return %y : tensor<?x4xf64>
}

// Blocks of rank 1 with couplings ((1, -1), (2, 0)).
// CHECK-LABEL: func.func @blast
// CHECK: structlin.parameter "b.U" = dense<{{.*}}> : tensor<2x2x1xf64>
// CHECK: structlin.parameter "b.s" = dense<{{.*}}> : tensor<2x2x1xf64>
// CHECK: structlin.parameter "b.V" = dense<{{.*}}> : tensor<2x1x2xf64>
// CHECK: structlin.blast_matmul
// CHECK-SAME: error = {{0.0|[0-9.]+(e|E)-1[5-9]}}
func.func @blast(%x: tensor<?x4xf64>, %init: tensor<?x4xf64>) -> tensor<?x4xf64> {
  %w = structlin.parameter "b" = dense<[[1.0, 2.0, -3.0, -1.0], [2.0, 4.0, -6.0, -2.0],
    [2.0, 4.0, 0.0, 0.0], [-2.0, -4.0, 0.0, 0.0]]> : tensor<4x4xf64>
  %y = structlin.linear ins(%x, %w : tensor<?x4xf64>, tensor<4x4xf64>) outs(%init : tensor<?x4xf64>)
    {structure = #structlin.blast<blocks = [2, 2], rank = 1>} -> tensor<?x4xf64>
  return %y : tensor<?x4xf64>
}

// Ragged: 3 x 5 in blocks of 2 x 2, padded with zeros.
// CHECK-LABEL: func.func @block_sparse
// CHECK: structlin.parameter "c.values" = dense<{{\[\[\[}}3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]], {{\[\[}}7.000000e+00, 0.000000e+00], [0.000000e+00, 0.000000e+00]]]> : tensor<2x2x2xf32>
// CHECK: structlin.parameter "c.indices" = dense<[1, 2]> : tensor<2xi32>
// CHECK: structlin.parameter "c.offsets" = dense<[0, 1, 2]> : tensor<3xi32>
// CHECK: structlin.block_sparse_matmul
// CHECK-SAME: error = 0.0
func.func @block_sparse(%x: tensor<?x5xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = structlin.parameter "c" = dense<[[0.0, 0.0, 3.0, 4.0, 0.0], [0.0, 0.0, 5.0, 6.0, 0.0],
    [0.0, 0.0, 0.0, 0.0, 7.0]]> : tensor<3x5xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x5xf32>, tensor<3x5xf32>) outs(%init : tensor<?x3xf32>)
    {structure = #structlin.block_sparse<block = [2, 2], keep = 0.34>} -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Integers stay integers.
// CHECK-LABEL: func.func @sparse
// CHECK: structlin.parameter "d.values" = dense<[-7, 100, 3]> : tensor<3xi8>
// CHECK: structlin.parameter "d.indices" = dense<[1, 0, 3]> : tensor<3xi32>
// CHECK: structlin.parameter "d.offsets" = dense<[0, 1, 3]> : tensor<3xi32>
// CHECK: structlin.sparse_matmul
// CHECK-SAME: error = 0.0
func.func @sparse(%x: tensor<?x4xi8>, %init: tensor<?x2xi32>) -> tensor<?x2xi32> {
  %w = structlin.parameter "d" = dense<[[0, -7, 0, 0], [100, 0, 0, 3]]> : tensor<2x4xi8>
  %y = structlin.linear ins(%x, %w : tensor<?x4xi8>, tensor<2x4xi8>) outs(%init : tensor<?x2xi32>)
    {structure = #structlin.sparse<keep = 0.375>} -> tensor<?x2xi32>
  return %y : tensor<?x2xi32>
}

// 1 : 2 of five columns: the last group has one column.
// CHECK-LABEL: func.func @n_of_m
// CHECK: structlin.parameter "e.values" = dense<{{\[\[\[}}2.000000e+00], [-1.000000e+00], [4.000000e+00]], {{\[\[}}3.000000e+00], [5.000000e+00], [6.000000e+00]]]> : tensor<2x3x1xbf16>
// CHECK: structlin.parameter "e.indices" = dense<{{\[\[\[}}1], [0], [0]], {{\[\[}}0], [1], [0]]]> : tensor<2x3x1xi8>
// CHECK: structlin.sparse_matmul
// CHECK-SAME: error = 0.0
// CHECK-SAME: group = 2 : i64
// CHECK-NOT: mid =
func.func @n_of_m(%x: tensor<?x5xbf16>, %init: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = structlin.parameter "e" = dense<[[0.0, 2.0, -1.0, 0.0, 4.0],
    [3.0, 0.0, 0.0, 5.0, 6.0]]> : tensor<2x5xbf16>
  %y = structlin.linear ins(%x, %w : tensor<?x5xbf16>, tensor<2x5xbf16>) outs(%init : tensor<?x2xf32>)
    {structure = #structlin.sparse<1 : 2>} -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// Rank 1 plus one entry in each row.
// CHECK-LABEL: func.func @low_rank_sparse
// CHECK: structlin.parameter "f.U" = dense<{{.*}}> : tensor<8x1xf64>
// CHECK: structlin.parameter "f.V" = dense<{{.*}}> : tensor<1x8xf64>
// CHECK: structlin.parameter "f.values" = dense<{{.*}}> : tensor<8xf64>
// CHECK: structlin.parameter "f.indices" = dense<[3, 6, 1, 4, 7, 2, 0, 5]> : tensor<8xi32>
// CHECK: structlin.parameter "f.offsets" = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8]> : tensor<9xi32>
// CHECK: structlin.low_rank_sparse_matmul
// CHECK-SAME: error = {{0.0|[0-9.]+(e|E)-1[5-9]}}
func.func @low_rank_sparse(%x: tensor<?x8xf64>, %init: tensor<?x8xf64>) -> tensor<?x8xf64> {
  %w = structlin.parameter "f" = dense<[[8.0, 8.0, -8.0, 11.0, -8.0, -8.0, 8.0, -8.0],
    [-8.0, -8.0, 8.0, -8.0, 8.0, 8.0, -11.0, 8.0],
    [8.0, 5.0, -8.0, 8.0, -8.0, -8.0, 8.0, -8.0],
    [8.0, 8.0, -8.0, 8.0, -5.0, -8.0, 8.0, -8.0],
    [-8.0, -8.0, 8.0, -8.0, 8.0, 8.0, -8.0, 11.0],
    [8.0, 8.0, -11.0, 8.0, -8.0, -8.0, 8.0, -8.0],
    [-5.0, -8.0, 8.0, -8.0, 8.0, 8.0, -8.0, 8.0],
    [-8.0, -8.0, 8.0, -8.0, 8.0, 11.0, -8.0, 8.0]]> : tensor<8x8xf64>
  %y = structlin.linear ins(%x, %w : tensor<?x8xf64>, tensor<8x8xf64>) outs(%init : tensor<?x8xf64>)
    {structure = #structlin.low_rank_sparse<rank = 1, sparse = #structlin.sparse<keep = 0.125>>}
    -> tensor<?x8xf64>
  return %y : tensor<?x8xf64>
}
