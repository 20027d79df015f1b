// Text and bytecode round trips; tensors, memrefs, tiles of dynamic size.
// RUN: structlin-example-opt %s | structlin-example-opt | FileCheck %s
// RUN: structlin-example-opt %s --emit-bytecode | structlin-example-opt | FileCheck %s
// RUN: structlin-example-opt %s --mlir-print-op-generic | structlin-example-opt | FileCheck %s

// CHECK-LABEL: func.func @tensors
// CHECK: example.block_diagonal_matmul ins(%{{.*}}, %{{.*}} : tensor<?x7xbf16>, tensor<3x2x3xbf16>) outs(%{{.*}} : tensor<?x5xf32>) {acc = f32, fit = #structlin.fit<weight = "w", norm = frobenius, error = 0.125, seed = 0, dense_shape = [5, 7]>, layer = "fc"} -> tensor<?x5xf32>
func.func @tensors(%x: tensor<?x7xbf16>, %d: tensor<3x2x3xbf16>, %init: tensor<?x5xf32>) -> tensor<?x5xf32> {
  %y = example.block_diagonal_matmul ins(%x, %d : tensor<?x7xbf16>, tensor<3x2x3xbf16>) outs(%init : tensor<?x5xf32>)
    {acc = f32, layer = "fc", fit = #structlin.fit<weight = "w", norm = frobenius, error = 0.125, seed = 0, dense_shape = [5, 7]>} -> tensor<?x5xf32>
  return %y : tensor<?x5xf32>
}

// CHECK-LABEL: func.func @memrefs
// CHECK: example.block_diagonal_matmul ins(%{{.*}}, %{{.*}} : memref<?x4xi8>, memref<?x2x2xi8>) outs(%{{.*}} : memref<?x4xi32>){{$}}
func.func @memrefs(%x: memref<?x4xi8>, %d: memref<?x2x2xi8>, %y: memref<?x4xi32>) {
  example.block_diagonal_matmul ins(%x, %d : memref<?x4xi8>, memref<?x2x2xi8>) outs(%y : memref<?x4xi32>)
  return
}

// In a group, like any structured product.
// CHECK-LABEL: func.func @kernel
// CHECK: structlin.kernel
// CHECK: example.block_diagonal_matmul
func.func @kernel(%x: tensor<?x4xf32>, %d: tensor<2x2x2xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.kernel ins(%x, %d : tensor<?x4xf32>, tensor<2x2x2xf32>) outs(%init : tensor<?x4xf32>) {
  ^bb0(%a: tensor<?x4xf32>, %b: tensor<2x2x2xf32>, %c: tensor<?x4xf32>):
    %0 = example.block_diagonal_matmul ins(%a, %b : tensor<?x4xf32>, tensor<2x2x2xf32>)
           outs(%c : tensor<?x4xf32>) -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// CHECK-LABEL: func.func private @attribute
// CHECK-SAME: #example.block_diagonal<blocks = 4>
func.func private @attribute() attributes {a = #example.block_diagonal<blocks = 4>}
