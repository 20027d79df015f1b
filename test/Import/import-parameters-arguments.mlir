// RUN: structlin-opt %s --split-input-file \
// RUN:   --structlin-import-parameters=arguments-as-weights | FileCheck %s
// RUN: structlin-opt %s --split-input-file \
// RUN:   --structlin-import-parameters="arguments-as-weights weights=0" \
// RUN:   | FileCheck %s --check-prefix=FIRST

// Both operands are arguments: the left is the activation, unless listed.

// CHECK-LABEL: func.func @both(
// CHECK-SAME: %{{.*}}: tensor<4x8xf32>) -> tensor<4x16xf32>
// CHECK: structlin.parameter "arg1" : tensor<8x16xf32>
// FIRST-LABEL: func.func @both(
// FIRST-SAME: %{{.*}}: tensor<8x16xf32>) -> tensor<4x16xf32>
// FIRST: structlin.parameter "arg0" : tensor<4x8xf32>
func.func @both(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}

// -----

// The other operand is computed, a vector or of dynamic shape: the left may be the
// weight.

// CHECK-LABEL: func.func @left(
// CHECK-SAME: %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<8x?xf32>, %{{.*}}: tensor<16x?xf32>)
// CHECK: structlin.parameter "arg0" : tensor<16x8xf32>
func.func @left(%w: tensor<16x8xf32>, %v: tensor<8xf32>, %x: tensor<8x?xf32>,
                %init: tensor<16x?xf32>) -> (tensor<16xf32>, tensor<16x?xf32>) {
  %zero = arith.constant dense<0.0> : tensor<16xf32>
  %0 = linalg.matvec ins(%w, %v : tensor<16x8xf32>, tensor<8xf32>)
       outs(%zero : tensor<16xf32>) -> tensor<16xf32>
  %1 = linalg.matmul ins(%w, %x : tensor<16x8xf32>, tensor<8x?xf32>)
       outs(%init : tensor<16x?xf32>) -> tensor<16x?xf32>
  return %0, %1 : tensor<16xf32>, tensor<16x?xf32>
}

// -----

// Never a weight: a KV cache, what shares a batch dimension, the activation of
// another contraction, a Gram matrix, and what more than layout stands between.

// CHECK-LABEL: func.func @activations(
// CHECK-NOT: structlin.parameter
// CHECK-LABEL: }
func.func @activations(%q: tensor<2x4x1x8xf32>, %cache: tensor<2x4x8x16xf32>,
                       %s: tensor<3x1x8xf32>, %k: tensor<3x8x5xf32>, %g: tensor<4x8xf32>,
                       %scaled: tensor<8x8xf32>) -> tensor<4x4xf32> {
  %i0 = arith.constant dense<0.0> : tensor<2x4x1x16xf32>
  %i1 = arith.constant dense<0.0> : tensor<3x1x5xf32>
  %i2 = arith.constant dense<0.0> : tensor<4x4xf32>
  %i3 = arith.constant dense<0.0> : tensor<4x8xf32>
  %0 = linalg.contract
       indexing_maps = [affine_map<(b, h, m, n, k) -> (b, h, m, k)>,
                        affine_map<(b, h, m, n, k) -> (b, h, k, n)>,
                        affine_map<(b, h, m, n, k) -> (b, h, m, n)>]
       ins(%q, %cache : tensor<2x4x1x8xf32>, tensor<2x4x8x16xf32>)
       outs(%i0 : tensor<2x4x1x16xf32>) -> tensor<2x4x1x16xf32>
  %1 = linalg.batch_matmul ins(%s, %k : tensor<3x1x8xf32>, tensor<3x8x5xf32>)
       outs(%i1 : tensor<3x1x5xf32>) -> tensor<3x1x5xf32>
  %2 = linalg.matmul
       indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                        affine_map<(m, n, k) -> (m, n)>]
       ins(%g, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%i2 : tensor<4x4xf32>)
       -> tensor<4x4xf32>
  %w = arith.mulf %scaled, %scaled : tensor<8x8xf32>
  %3 = linalg.matmul ins(%g, %w : tensor<4x8xf32>, tensor<8x8xf32>)
       outs(%i3 : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %2 : tensor<4x4xf32>
}
