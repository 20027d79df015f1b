// Every operation prints as it parses, as text and as bytecode.
// RUN: structlin-opt %s | FileCheck %s
// RUN: structlin-opt %s | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --emit-bytecode | structlin-opt | FileCheck %s
// RUN: structlin-opt %s --mlir-print-op-generic | structlin-opt | FileCheck %s

// CHECK-LABEL: @parameter
func.func @parameter() -> (tensor<3072x768xbf16>, tensor<2xf32>) {
  // CHECK: structlin.parameter "fc.weight" : tensor<3072x768xbf16>
  %w = structlin.parameter "fc.weight" : tensor<3072x768xbf16>
  // CHECK: structlin.parameter "fc.scale" = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
  %s = structlin.parameter "fc.scale" = dense<[1.0, 2.0]> : tensor<2xf32>
  return %w, %s : tensor<3072x768xbf16>, tensor<2xf32>
}

// CHECK-LABEL: @linear
func.func @linear(%x: tensor<?x768xbf16>, %w: tensor<3072x768xbf16>,
                  %init: tensor<?x3072xf32>) -> tensor<?x3072xf32> {
  // CHECK: structlin.linear ins(%{{.*}}, %{{.*}} : tensor<?x768xbf16>, tensor<3072x768xbf16>)
  // CHECK-SAME: outs(%{{.*}} : tensor<?x3072xf32>) {acc = f32, layer = "fc",
  // CHECK-SAME: structure = #structlin.blast<blocks = [6, 6], keep = 0.5>} -> tensor<?x3072xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x768xbf16>, tensor<3072x768xbf16>)
         outs(%init : tensor<?x3072xf32>)
         {acc = f32, layer = "fc", structure = #structlin.blast<blocks = [6, 6], keep = 0.5>}
         -> tensor<?x3072xf32>
  return %y : tensor<?x3072xf32>
}

// CHECK-LABEL: @low_rank
func.func @low_rank(%x: tensor<?x768xbf16>, %U: tensor<3072x64xbf16>, %V: tensor<64x768xbf16>,
                    %init: tensor<?x3072xf32>) -> tensor<?x3072xf32> {
  // CHECK: structlin.low_rank_matmul ins({{.*}}) outs({{.*}}) {fit = #structlin.fit<weight =
  // CHECK-SAME: "fc.weight", norm = frobenius, error = 0.031, seed = 7, dense_shape = [3072, 768]>,
  // CHECK-SAME: mid = bf16} -> tensor<?x3072xf32>
  %y = structlin.low_rank_matmul
         ins(%x, %U, %V : tensor<?x768xbf16>, tensor<3072x64xbf16>, tensor<64x768xbf16>)
         outs(%init : tensor<?x3072xf32>)
         {mid = bf16, fit = #structlin.fit<weight = "fc.weight", norm = frobenius, error = 0.031,
                                           seed = 7, dense_shape = [3072, 768]>}
         -> tensor<?x3072xf32>
  return %y : tensor<?x3072xf32>
}

// CHECK-LABEL: @blast
func.func @blast(%x: tensor<?x11xf64>, %U: tensor<4x3x5xf64>, %s: tensor<4x3x5xf64>,
                 %V: tensor<3x5x4xf64>, %init: tensor<?x9xf64>) -> tensor<?x9xf64> {
  // CHECK: structlin.blast_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x11xf64>,
  // CHECK-SAME: tensor<4x3x5xf64>, tensor<4x3x5xf64>, tensor<3x5x4xf64>)
  %y = structlin.blast_matmul
         ins(%x, %U, %s, %V : tensor<?x11xf64>, tensor<4x3x5xf64>, tensor<4x3x5xf64>,
             tensor<3x5x4xf64>)
         outs(%init : tensor<?x9xf64>) -> tensor<?x9xf64>
  return %y : tensor<?x9xf64>
}

// CHECK-LABEL: @block_sparse
func.func @block_sparse(%x: tensor<?x11xi8>, %v: tensor<5x4x4xi8>, %c: tensor<5xi32>,
                        %o: tensor<4xi64>, %init: tensor<?x9xi32>) -> tensor<?x9xi32> {
  // CHECK: structlin.block_sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x11xi8>,
  // CHECK-SAME: tensor<5x4x4xi8>, tensor<5xi32>, tensor<4xi64>)
  %y = structlin.block_sparse_matmul
         ins(%x, %v, %c, %o : tensor<?x11xi8>, tensor<5x4x4xi8>, tensor<5xi32>, tensor<4xi64>)
         outs(%init : tensor<?x9xi32>) -> tensor<?x9xi32>
  return %y : tensor<?x9xi32>
}

// CHECK-LABEL: @sparse
func.func @sparse(%x: memref<?x8xf32>, %v: memref<11xf32>, %c: memref<11xi32>, %o: memref<5xi32>,
                  %gv: memref<4x2x2xf32>, %gi: memref<4x2x2xi8>, %init: memref<?x4xf32>) {
  // CHECK: structlin.sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref<?x8xf32>,
  // CHECK-SAME: memref<11xf32>, memref<11xi32>, memref<5xi32>) outs(%{{.*}} : memref<?x4xf32>){{$}}
  structlin.sparse_matmul
    ins(%x, %v, %c, %o : memref<?x8xf32>, memref<11xf32>, memref<11xi32>, memref<5xi32>)
    outs(%init : memref<?x4xf32>)
  // CHECK: structlin.sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}} : memref<?x8xf32>,
  // CHECK-SAME: memref<4x2x2xf32>, memref<4x2x2xi8>) outs({{.*}}) {group = 4 : i64}
  structlin.sparse_matmul
    ins(%x, %gv, %gi : memref<?x8xf32>, memref<4x2x2xf32>, memref<4x2x2xi8>)
    outs(%init : memref<?x4xf32>) {group = 4}
  return
}

// CHECK-LABEL: @low_rank_sparse
func.func @low_rank_sparse(%x: tensor<?x8xf16>, %U: tensor<4x2xf16>, %V: tensor<2x8xf16>,
                           %gv: tensor<4x2x2xf16>, %gi: tensor<4x2x2xi8>, %v: tensor<11xf16>,
                           %c: tensor<11xi32>, %o: tensor<5xi32>,
                           %init: tensor<?x4xf16>) -> tensor<?x4xf16> {
  // CHECK: structlin.low_rank_sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  %y = structlin.low_rank_sparse_matmul
         ins(%x, %U, %V, %gv, %gi : tensor<?x8xf16>, tensor<4x2xf16>, tensor<2x8xf16>,
             tensor<4x2x2xf16>, tensor<4x2x2xi8>)
         outs(%init : tensor<?x4xf16>) {group = 4} -> tensor<?x4xf16>
  // CHECK: structlin.low_rank_sparse_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  %z = structlin.low_rank_sparse_matmul
         ins(%x, %U, %V, %v, %c, %o : tensor<?x8xf16>, tensor<4x2xf16>, tensor<2x8xf16>,
             tensor<11xf16>, tensor<11xi32>, tensor<5xi32>)
         outs(%y : tensor<?x4xf16>) -> tensor<?x4xf16>
  return %z : tensor<?x4xf16>
}
