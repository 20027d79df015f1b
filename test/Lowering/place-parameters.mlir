// RUN: structlin-opt --structlin-place-parameters --split-input-file --verify-diagnostics %s | FileCheck %s

// One buffer: aligned offsets in order of appearance, shared where names are equal.

// CHECK: module attributes {structlin.parameter_layout = {parameters = [
// CHECK-SAME: {name = "fc.weight", offset = 0 : i64, type = tensor<4x8xf32>},
// CHECK-SAME: {name = "fc.bias", offset = 128 : i64, type = tensor<3xi8>, value = dense<[1, 2, 3]> : tensor<3xi8>},
// CHECK-SAME: {name = "scale", offset = 192 : i64, type = tensor<bf16>}], size = 256 : i64}}

// CHECK-LABEL: func.func @f
// CHECK-SAME: (%{{.*}}: tensor<?x8xf32>, %[[BASE:.*]]: memref<?xi8> {structlin.parameters})
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[VIEW:.*]] = memref.view %[[BASE]][%[[C0]]][] : memref<?xi8> to memref<4x8xf32>
// CHECK: %[[W:.*]] = bufferization.to_tensor %[[VIEW]] restrict : memref<4x8xf32> to tensor<4x8xf32>
// CHECK: %[[C128:.*]] = arith.constant 128 : index
// CHECK: memref.view %[[BASE]][%[[C128]]][] : memref<?xi8> to memref<3xi8>
// CHECK-NOT: memref.view
// CHECK: return %[[W]], %[[W]]
func.func @f(%x: tensor<?x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<3xi8>) {
  %w = structlin.parameter "fc.weight" : tensor<4x8xf32>
  %b = structlin.parameter "fc.bias" = dense<[1, 2, 3]> : tensor<3xi8>
  %tied = structlin.parameter "fc.weight" : tensor<4x8xf32>
  return %w, %tied, %b : tensor<4x8xf32>, tensor<4x8xf32>, tensor<3xi8>
}

// The buffer goes through calls; a function without parameters stays as it is.

// CHECK-LABEL: func.func private @callee
// CHECK-SAME: (%{{.*}}: memref<?xi8> {structlin.parameters}) -> tensor<bf16>
func.func private @callee() -> tensor<bf16> {
  %s = structlin.parameter "scale" : tensor<bf16>
  return %s : tensor<bf16>
}
// CHECK-LABEL: func.func @caller
// CHECK-SAME: (%[[BASE:.*]]: memref<?xi8> {structlin.parameters})
// CHECK: call @callee(%[[BASE]])
func.func @caller() -> tensor<bf16> {
  %s = call @callee() : () -> tensor<bf16>
  return %s : tensor<bf16>
}
// CHECK-LABEL: func.func @without()
func.func @without() {
  return
}

// -----

func.func @negative_two_types() -> (tensor<2xf32>, tensor<3xf32>) {
  %a = structlin.parameter "w" : tensor<2xf32>
  // expected-error @+1 {{parameter 'w' has type 'tensor<3xf32>', elsewhere 'tensor<2xf32>'}}
  %b = structlin.parameter "w" : tensor<3xf32>
  return %a, %b : tensor<2xf32>, tensor<3xf32>
}

// -----

func.func @negative_two_values() -> (tensor<2xf32>, tensor<2xf32>) {
  %a = structlin.parameter "w" = dense<1.0> : tensor<2xf32>
  // expected-error @+1 {{parameter 'w' has two values}}
  %b = structlin.parameter "w" = dense<2.0> : tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @negative_taken_address() -> tensor<2xf32> {
  %a = structlin.parameter "w" : tensor<2xf32>
  return %a : tensor<2xf32>
}
func.func @takes_address() -> (() -> tensor<2xf32>) {
  // expected-error @+1 {{expected 'negative_taken_address' to be used by func.call only: it needs the parameter buffer}}
  %f = constant @negative_taken_address : () -> tensor<2xf32>
  return %f : () -> tensor<2xf32>
}

// -----

func.func @negative_inside_group(%init: tensor<2xf32>) -> tensor<2xf32> {
  %y = structlin.kernel outs(%init : tensor<2xf32>) {
  ^bb0(%c: tensor<2xf32>):
    // expected-error @+1 {{expected its closest isolated parent to be a function, open groups before placing parameters}}
    %w = structlin.parameter "w" : tensor<2xf32>
    structlin.yield %w : tensor<2xf32>
  } -> tensor<2xf32>
  return %y : tensor<2xf32>
}
