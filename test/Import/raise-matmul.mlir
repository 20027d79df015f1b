// RUN: structlin-opt %s --split-input-file --structlin-raise --canonicalize --cse | FileCheck %s

// The weight as torch stores it, n_out x n_in: nothing is left around the layer.

// CHECK-LABEL: @transposed(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>
// CHECK: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<16x8xf32>
// CHECK-NOT: linalg.transpose
// CHECK: %[[INIT:.*]] = linalg.fill
// CHECK: structlin.linear ins(%[[X]], %[[W]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: outs(%[[INIT]] : tensor<4x16xf32>) {layer = "fc"} -> tensor<4x16xf32>
// CHECK-NOT: linalg.matmul
func.func @transposed(%x: tensor<4x8xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %w = structlin.parameter "fc.weight" : tensor<16x8xf32>
  %e0 = tensor.empty() : tensor<8x16xf32>
  %wt = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%e0 : tensor<8x16xf32>)
        permutation = [1, 0]
  %e1 = tensor.empty() : tensor<4x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %y = linalg.matmul ins(%x, %wt : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// The weight as JAX stores it, n_in x n_out: one transpose of the parameter.

// CHECK-LABEL: @stored_by_inputs(
// CHECK: %[[W:.*]] = structlin.parameter "fc_kernel" : tensor<8x16xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<8x16xf32>) {{.*}} permutation = [1, 0]
// CHECK: structlin.linear ins(%{{.*}}, %[[T]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: {layer = "fc"}
func.func @stored_by_inputs(%x: tensor<4x8xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %w = structlin.parameter "fc_kernel" : tensor<8x16xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  %y = linalg.matmul {cast = #linalg.type_fn<cast_signed>}
       ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// Older torch-mlir: the transpose is a copy with swapped maps. The zero init is a
// constant, which a fill replaces.

#id = affine_map<(d0, d1) -> (d0, d1)>
#swap = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: @transposing_copy(
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<16x8xbf16>
// CHECK-NOT: linalg.generic
// CHECK: %[[E:.*]] = tensor.empty() : tensor<4x16xbf16>
// CHECK: %[[INIT:.*]] = linalg.fill ins(%{{.*}} : bf16) outs(%[[E]] : tensor<4x16xbf16>)
// CHECK: structlin.linear ins(%{{.*}}, %[[W]] : tensor<4x8xbf16>, tensor<16x8xbf16>)
// CHECK-SAME: outs(%[[INIT]] : tensor<4x16xbf16>)
func.func @transposing_copy(%x: tensor<4x8xbf16>) -> tensor<4x16xbf16> {
  %init = arith.constant dense<0.0> : tensor<4x16xbf16>
  %w = structlin.parameter "w" : tensor<16x8xbf16>
  %e = tensor.empty() : tensor<8x16xbf16>
  %wt = linalg.generic {indexing_maps = [#id, #swap], iterator_types = ["parallel", "parallel"]}
        ins(%w : tensor<16x8xbf16>) outs(%e : tensor<8x16xbf16>) {
  ^bb0(%in: bf16, %out: bf16):
    linalg.yield %in : bf16
  } -> tensor<8x16xbf16>
  %y = linalg.matmul ins(%x, %wt : tensor<4x8xbf16>, tensor<8x16xbf16>)
       outs(%init : tensor<4x16xbf16>) -> tensor<4x16xbf16>
  return %y : tensor<4x16xbf16>
}

// -----

// An init that is not zero is accumulated into.

// CHECK-LABEL: @accumulates(
// CHECK-SAME: %{{.*}}: tensor<4x8xf32>, %[[INIT:.*]]: tensor<4x16xf32>
// CHECK: structlin.linear ins({{.*}}) outs(%[[INIT]] : tensor<4x16xf32>)
func.func @accumulates(%x: tensor<4x8xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %y = linalg.matmul
       indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                        affine_map<(m, n, k) -> (m, n)>]
       ins(%x, %w : tensor<4x8xf32>, tensor<16x8xf32>)
       outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// A weight that is widened keeps its stored type.

#id = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: @widened(
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<8x16xbf16>
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<8x16xbf16>)
// CHECK-NOT: arith.extf
// CHECK: structlin.linear ins(%{{.*}}, %[[T]] : tensor<4x8xf32>, tensor<16x8xbf16>)
// CHECK-SAME: -> tensor<4x16xf32>
func.func @widened(%x: tensor<4x8xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %w = structlin.parameter "w" : tensor<8x16xbf16>
  %e = tensor.empty() : tensor<8x16xf32>
  %wide = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%w : tensor<8x16xbf16>) outs(%e : tensor<8x16xf32>) {
  ^bb0(%in: bf16, %out: f32):
    %0 = arith.extf %in : bf16 to f32
    linalg.yield %0 : f32
  } -> tensor<8x16xf32>
  %y = linalg.matmul ins(%x, %wide : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// Dynamic tokens behind a reshape; sizes of the result come from its tensor.empty.

// CHECK-LABEL: @dynamic_tokens(
// CHECK: %[[X2:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0, 1], [2]{{\]}}
// CHECK-SAME: tensor<?x4x8xf32> into tensor<?x8xf32>
// CHECK: structlin.linear ins(%[[X2]], %{{.*}} : tensor<?x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: -> tensor<?x16xf32>
// CHECK: tensor.expand_shape %{{.*}} {{\[}}[0, 1], [2]{{\]}}
// CHECK-SAME: tensor<?x16xf32> into tensor<?x4x16xf32>
// CHECK-NOT: linalg.generic
func.func @dynamic_tokens(%x: tensor<?x4x8xf32>) -> tensor<?x4x16xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %m = tensor.dim %x, %c0 : tensor<?x4x8xf32>
  %e = tensor.empty(%m) : tensor<?x4x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4x16xf32>) -> tensor<?x4x16xf32>
  %y = linalg.generic {
         indexing_maps = [affine_map<(b, t, o, i) -> (b, t, i)>,
                          affine_map<(b, t, o, i) -> (o, i)>,
                          affine_map<(b, t, o, i) -> (b, t, o)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
       ins(%x, %w : tensor<?x4x8xf32>, tensor<16x8xf32>) outs(%init : tensor<?x4x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %p = arith.mulf %b, %a : f32
    %s = arith.addf %p, %c : f32
    linalg.yield %s : f32
  } -> tensor<?x4x16xf32>
  return %y : tensor<?x4x16xf32>
}

// -----

// Vectors: one token, or one output.

// CHECK-LABEL: @vectors(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>
// CHECK: %[[ROW:.*]] = tensor.expand_shape %[[X]] {{\[}}[0, 1]{{\]}} output_shape [1, 8]
// CHECK: %[[A:.*]] = structlin.linear ins(%[[ROW]], %{{.*}} : tensor<1x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: -> tensor<1x16xf32>
// CHECK: tensor.collapse_shape %[[A]] {{\[}}[0, 1]{{\]}} : tensor<1x16xf32> into tensor<16xf32>
// CHECK: %[[B:.*]] = structlin.linear ins(%[[ROW]], %{{.*}} : tensor<1x8xf32>, tensor<16x8xf32>)
// CHECK: %[[C:.*]] = structlin.linear ins(%[[ROW]], %{{.*}} : tensor<1x8xf32>, tensor<1x8xf32>)
// CHECK-SAME: -> tensor<1x1xf32>
// CHECK: tensor.collapse_shape %[[C]] [] : tensor<1x1xf32> into tensor<f32>
func.func @vectors(%x: tensor<8xf32>, %i0: tensor<16xf32>, %i1: tensor<f32>)
    -> (tensor<16xf32>, tensor<16xf32>, tensor<f32>) {
  %w = structlin.parameter "w" : tensor<16x8xf32>
  %u = structlin.parameter "u" : tensor<8x16xf32>
  %v = structlin.parameter "v" : tensor<8xf32>
  %0 = linalg.matvec ins(%w, %x : tensor<16x8xf32>, tensor<8xf32>)
       outs(%i0 : tensor<16xf32>) -> tensor<16xf32>
  %1 = linalg.vecmat ins(%x, %u : tensor<8xf32>, tensor<8x16xf32>)
       outs(%i0 : tensor<16xf32>) -> tensor<16xf32>
  %2 = linalg.dot ins(%x, %v : tensor<8xf32>, tensor<8xf32>) outs(%i1 : tensor<f32>) -> tensor<f32>
  return %0, %1, %2 : tensor<16xf32>, tensor<16xf32>, tensor<f32>
}

// -----

// i8 accumulated in i32; f16 in f64. Widening inside the body is the contraction's.

// CHECK-LABEL: @mixed_types(
// CHECK: structlin.linear ins(%{{.*}} : tensor<4x8xi8>, tensor<16x8xi8>) {{.*}} -> tensor<4x16xi32>
// CHECK: structlin.linear ins(%{{.*}} : tensor<4x8xf16>, tensor<16x8xf16>) {{.*}} -> tensor<4x16xf64>
func.func @mixed_types(%x: tensor<4x8xi8>, %z: tensor<4x8xf16>, %i0: tensor<4x16xi32>,
                       %i1: tensor<4x16xf64>) -> (tensor<4x16xi32>, tensor<4x16xf64>) {
  %w = structlin.parameter "w" : tensor<8x16xi8>
  %v = structlin.parameter "v" : tensor<8x16xf16>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xi8>, tensor<8x16xi8>)
       outs(%i0 : tensor<4x16xi32>) -> tensor<4x16xi32>
  %1 = linalg.matmul ins(%z, %v : tensor<4x8xf16>, tensor<8x16xf16>)
       outs(%i1 : tensor<4x16xf64>) -> tensor<4x16xf64>
  return %0, %1 : tensor<4x16xi32>, tensor<4x16xf64>
}
