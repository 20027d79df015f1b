// RUN: structlin-opt %s --split-input-file --structlin-import | FileCheck %s
// RUN: structlin-opt %s --split-input-file \
// RUN:   --structlin-import="arguments-as-weights weights=0" | FileCheck %s --check-prefix=ARGS
// RUN: structlin-opt %s --split-input-file --structlin-import=min-elements=1000 \
// RUN:   | FileCheck %s --check-prefix=MIN

// TOSA's matrix product has a batch and zero points that are zero. What import does
// not know is left alone.

// CHECK: func.func private @external() -> f64
// CHECK: ml_program.global private mutable @global_seed
// CHECK-LABEL: func.func @tosa(
// CHECK-SAME: %[[X:.*]]: tensor<1x4x8xf32>) -> tensor<1x4x16xf32>
// CHECK: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<16x8xf32>
// CHECK: %[[X2:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1], [2]{{\]}}
// CHECK: %[[Y2:.*]] = structlin.linear ins(%[[X2]], %[[W]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK: %[[Y:.*]] = tensor.expand_shape %[[Y2]]
// CHECK-NEXT: return %[[Y]]
func.func private @external() -> f64
ml_program.global private mutable @global_seed(dense<0> : tensor<i64>) : tensor<i64>
func.func @tosa(%x: tensor<1x4x8xf32>, %w: tensor<16x8xf32> {structlin.param = "fc.weight"})
    -> tensor<1x4x16xf32> {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 8, 16]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %wt = tosa.transpose %w {perms = array<i32: 1, 0>} : (tensor<16x8xf32>) -> tensor<8x16xf32>
  %w3 = tosa.reshape %wt, %shape : (tensor<8x16xf32>, !tosa.shape<3>) -> tensor<1x8x16xf32>
  %y = tosa.matmul %x, %w3, %zp, %zp
       : (tensor<1x4x8xf32>, tensor<1x8x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x16xf32>
  return %y : tensor<1x4x16xf32>
}

// -----

// TOSA's fully connected layer: a 1x1 convolution with the bias inside.

// CHECK-LABEL: func.func @tosa_conv(
// CHECK: %[[W:.*]] = structlin.parameter "tosa_conv.const_0" = dense<
// CHECK: structlin.linear ins({{.*}}tensor<2x8xf32>, tensor<16x8xf32>) outs({{.*}}) {layer = "tosa_conv.const_0"}
// MIN-LABEL: func.func @tosa_conv(
// MIN-NOT: structlin.linear
// MIN: linalg.conv_2d_nhwc_fhwc
func.func @tosa_conv(%x: tensor<2x1x1x8xf32>, %bias: tensor<16xf32>) -> tensor<2x1x1x16xf32> {
  %w = "tosa.const"() <{values = dense<0.5> : tensor<16x1x1x8xf32>}> : () -> tensor<16x1x1x8xf32>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %x, %w, %bias, %zp, %zp
       {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>,
        stride = array<i64: 1, 1>}
       : (tensor<2x1x1x8xf32>, tensor<16x1x1x8xf32>, tensor<16xf32>, tensor<1xf32>, tensor<1xf32>)
       -> tensor<2x1x1x16xf32>
  return %y : tensor<2x1x1x16xf32>
}

// -----

// The options reach import-parameters.

// CHECK-LABEL: func.func @untagged(
// CHECK-NOT: structlin.linear
// ARGS-LABEL: func.func @untagged(
// ARGS: structlin.linear {{.*}} {layer = "arg0"}
func.func @untagged(%w: tensor<16x8xf32>, %x: tensor<8x4xf32>) -> tensor<16x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<16x4xf32>
  %y = linalg.matmul ins(%w, %x : tensor<16x8xf32>, tensor<8x4xf32>)
       outs(%zero : tensor<16x4xf32>) -> tensor<16x4xf32>
  return %y : tensor<16x4xf32>
}
