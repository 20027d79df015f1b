// RUN: structlin-opt %s --split-input-file --structlin-raise --canonicalize | FileCheck %s

// TFLite's fully connected layer: a 1x1 convolution whose init is the broadcast
// bias.

// CHECK-LABEL: @fully_connected(
// CHECK: %[[W:.*]] = structlin.parameter "w" : tensor<16x1x1x8xf32>
// CHECK: %[[X2:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2, 3]{{\]}} : tensor<4x1x1x8xf32> into tensor<4x8xf32>
// CHECK: %[[W2:.*]] = tensor.collapse_shape %[[W]] {{\[}}[0], [1, 2, 3]{{\]}}
// CHECK: %[[B2:.*]] = tensor.collapse_shape
// CHECK: structlin.linear ins(%[[X2]], %[[W2]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: outs(%[[B2]] : tensor<4x16xf32>)
// CHECK-NOT: linalg.conv
func.func @fully_connected(%x: tensor<4x1x1x8xf32>, %bias: tensor<16xf32>)
    -> tensor<4x1x1x16xf32> {
  %w = structlin.parameter "w" : tensor<16x1x1x8xf32>
  %e = tensor.empty() : tensor<4x1x1x16xf32>
  %b = linalg.broadcast ins(%bias : tensor<16xf32>) outs(%e : tensor<4x1x1x16xf32>)
       dimensions = [0, 1, 2]
  %y = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>,
                                 strides = dense<1> : tensor<2xi64>}
       ins(%x, %w : tensor<4x1x1x8xf32>, tensor<16x1x1x8xf32>)
       outs(%b : tensor<4x1x1x16xf32>) -> tensor<4x1x1x16xf32>
  return %y : tensor<4x1x1x16xf32>
}

// -----

// Pixels are tokens. A stride over a single pixel does not matter.

// CHECK-LABEL: @pixels(
// CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0, 1, 2], [3]{{\]}} : tensor<2x5x7x8xf32> into tensor<70x8xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%{{.*}} : tensor<8x16xf32>)
// CHECK: structlin.linear ins(%{{.*}}, %[[T]] : tensor<70x8xf32>, tensor<16x8xf32>)
// CHECK: structlin.linear ins(%{{.*}} : tensor<2x8xf32>, tensor<16x8xf32>)
func.func @pixels(%x: tensor<2x5x7x8xf32>, %z: tensor<2x1x1x8xf32>)
    -> (tensor<2x5x7x16xf32>, tensor<2x1x1x16xf32>) {
  %i0 = arith.constant dense<0.0> : tensor<2x5x7x16xf32>
  %i1 = arith.constant dense<0.0> : tensor<2x1x1x16xf32>
  %w = structlin.parameter "w" : tensor<1x1x8x16xf32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<2x5x7x8xf32>, tensor<1x1x8x16xf32>)
       outs(%i0 : tensor<2x5x7x16xf32>) -> tensor<2x5x7x16xf32>
  %1 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>}
       ins(%z, %w : tensor<2x1x1x8xf32>, tensor<1x1x8x16xf32>)
       outs(%i1 : tensor<2x1x1x16xf32>) -> tensor<2x1x1x16xf32>
  return %0, %1 : tensor<2x5x7x16xf32>, tensor<2x1x1x16xf32>
}

// -----

// Channels before pixels: x and y are transposed.

// CHECK-LABEL: @channels_first(
// CHECK: %[[X:.*]] = linalg.transpose ins(%{{.*}} : tensor<2x8x5x7xf32>) {{.*}} permutation = [0, 2, 3, 1]
// CHECK: %[[Y:.*]] = structlin.linear ins(%{{.*}} : tensor<70x8xf32>, tensor<16x8xf32>)
// CHECK: %[[Y4:.*]] = tensor.expand_shape %[[Y]] {{\[}}[0, 1, 2], [3]{{\]}} output_shape [2, 5, 7, 16]
// CHECK: linalg.transpose ins(%[[Y4]] : tensor<2x5x7x16xf32>) {{.*}} permutation = [0, 3, 1, 2]
func.func @channels_first(%x: tensor<2x8x5x7xf32>) -> tensor<2x16x5x7xf32> {
  %init = arith.constant dense<0.0> : tensor<2x16x5x7xf32>
  %w = structlin.parameter "w" : tensor<16x8x1x1xf32>
  %y = linalg.conv_2d_nchw_fchw ins(%x, %w : tensor<2x8x5x7xf32>, tensor<16x8x1x1xf32>)
       outs(%init : tensor<2x16x5x7xf32>) -> tensor<2x16x5x7xf32>
  return %y : tensor<2x16x5x7xf32>
}
