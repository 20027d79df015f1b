// RUN: structlin-opt %s --split-input-file --structlin-import-parameters | FileCheck %s
// RUN: structlin-opt %s --split-input-file --structlin-import-parameters=min-elements=4 \
// RUN:   | FileCheck %s --check-prefix=SMALL

// The example of the pass description.

// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[INIT:.*]]: tensor<4x16xf32>) -> tensor<4x16xf32>
// CHECK-SAME: attributes {structlin.signature = [{attrs = {structlin.param = "fc.weight"}, from = "argument", index = 1 : i64, param = "fc.weight", type = tensor<8x16xf32>}]} {
// CHECK-NEXT: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<8x16xf32>
// CHECK-NEXT: linalg.matmul ins(%[[X]], %[[W]] : tensor<4x8xf32>, tensor<8x16xf32>)
func.func @layer(%x: tensor<4x8xf32>, %w: tensor<8x16xf32> {structlin.param = "fc.weight"},
                 %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// Tagged arguments. Tied weights are one parameter; other attributes and the
// positions are kept for export.

// CHECK-LABEL: func.func @tagged(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>) -> tensor<4x16xf32>
// CHECK-SAME: structlin.signature = [
// CHECK-SAME: {attrs = {structlin.param = "fc.weight", test.note = 1 : i64}, from = "argument", index = 0 : i64, param = "fc.weight", type = tensor<8x16xf32>}
// CHECK-SAME: {attrs = {structlin.param = "fc.weight"}, from = "argument", index = 2 : i64, param = "fc.weight", type = tensor<8x16xf32>}
// CHECK: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<8x16xf32>
// CHECK-NOT: structlin.parameter
// CHECK: linalg.matmul ins(%[[X]], %[[W]] :
// CHECK: linalg.matmul ins(%[[X]], %[[W]] :
func.func @tagged(%w: tensor<8x16xf32> {structlin.param = "fc.weight", test.note = 1},
                  %x: tensor<4x8xf32>, %u: tensor<8x16xf32> {structlin.param = "fc.weight"})
    -> tensor<4x16xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = linalg.matmul ins(%x, %u : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %1 : tensor<4x16xf32>
}

// -----

// Resources, with and without a blob.

// CHECK-LABEL: func.func @resources(
// CHECK-SAME: {from = "resource", key = "fc.bias", param = "fc.bias"}
// CHECK-SAME: {from = "resource", key = "fc.scale", param = "fc.scale"}
// CHECK: structlin.parameter "fc.bias" : tensor<2xf32>
// CHECK: structlin.parameter "fc.scale" = dense_resource<fc.scale> : tensor<2xf32>
func.func @resources() -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = arith.constant dense_resource<fc.bias> : tensor<2xf32>
  %1 = arith.constant dense_resource<fc.scale> : tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: { fc.scale: "0x040000000000803F00000040" }
  }
#-}

// -----

// Globals: those that may change, and those of other types, stay.

// CHECK-NOT: @a.weight
// CHECK: ml_program.global private mutable @seed
// CHECK-NOT: @a.scale
// CHECK-LABEL: func.func @globals(
// CHECK-SAME: {from = "global", key = "a.weight", param = "a.weight"}
// CHECK: structlin.parameter "a.weight" : tensor<2x2xf32>
// CHECK: structlin.parameter "a.scale" = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: ml_program.global_load @seed
ml_program.global private @a.weight(#ml_program.extern : tensor<2x2xf32>) : tensor<2x2xf32>
ml_program.global private mutable @seed(dense<0> : tensor<i64>) : tensor<i64>
ml_program.global private @a.scale(dense<[1.0, 2.0]> : tensor<2xf32>) : tensor<2xf32>
func.func @globals() -> (tensor<2x2xf32>, tensor<2xf32>, tensor<i64>) {
  %0 = ml_program.global_load_const @a.weight : tensor<2x2xf32>
  %1 = ml_program.global_load @a.scale : tensor<2xf32>
  %2 = ml_program.global_load @seed : tensor<i64>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<2xf32>, tensor<i64>
}

// -----

// Inline constants: from min-elements on; a splat where a contraction multiplies by
// it. The splat that a contraction accumulates into is a fill.

// CHECK-LABEL: func.func @inline(
// CHECK-NOT: structlin.parameter
// CHECK-LABEL: }
// SMALL-LABEL: func.func @inline(
// SMALL-SAME: {from = "constant", param = "inline.const_0"}
// SMALL: structlin.parameter "inline.const_0" = dense<5.000000e-01> : tensor<2x2xf32>
// SMALL: structlin.parameter "inline.const_1" = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>
// SMALL-DAG: arith.constant dense<0.000000e+00> : tensor<2x2xf32>
// SMALL-DAG: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// SMALL-DAG: arith.constant dense<{{.*}}> : tensor<4xi1>
func.func @inline(%x: tensor<2x2xf32>)
    -> (tensor<2x2xf32>, tensor<4xf32>, tensor<2xf32>, tensor<4xi1>) {
  %w = arith.constant dense<0.5> : tensor<2x2xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<2x2xf32>
  %short = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %mask = arith.constant dense<[true, false, true, true]> : tensor<4xi1>
  %e = tensor.empty() : tensor<2x2xf32>
  %wt = linalg.transpose ins(%w : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
  %y = linalg.matmul ins(%x, %wt : tensor<2x2xf32>, tensor<2x2xf32>)
       outs(%zero : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %y, %b, %short, %mask : tensor<2x2xf32>, tensor<4xf32>, tensor<2xf32>, tensor<4xi1>
}

// -----

// A private function: what every call passes is a parameter of the callee too.

// CHECK-LABEL: func.func @caller(
// CHECK-SAME: %[[X:.*]]: tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK: call @callee(%[[X]]) : (tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK-LABEL: func.func private @callee(
// CHECK-SAME: %{{.*}}: tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK-SAME: {attrs = {}, from = "argument", index = 0 : i64, param = "w", type = tensor<2x2xf32>}
// CHECK: structlin.parameter "w"
func.func @caller(%x: tensor<2x2xf32>, %w: tensor<2x2xf32> {structlin.param = "w"})
    -> tensor<2x2xf32> {
  %0 = call @callee(%w, %x) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
func.func private @callee(%w: tensor<2x2xf32>, %x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = arith.addf %w, %x : tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// A call that passes something else goes to a copy that keeps its arguments.

// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %{{.*}}: tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK: structlin.parameter "w"
// CHECK-LABEL: func.func private @layer_with_arguments(
// CHECK-SAME: %{{.*}}: tensor<2x2xf32>, %{{.*}}: tensor<2x2xf32>) -> tensor<2x2xf32>
// CHECK-NOT: structlin.parameter
// CHECK-LABEL: func.func @other(
// CHECK: call @layer_with_arguments(%{{.*}}, %{{.*}})
func.func @layer(%w: tensor<2x2xf32> {structlin.param = "w"}, %x: tensor<2x2xf32>)
    -> tensor<2x2xf32> {
  %0 = arith.addf %w, %x : tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
func.func @other(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = call @layer(%x, %x) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// A declaration keeps its arguments; what it is passed becomes the parameter.

// CHECK: func.func private @external(tensor<2xf32> {structlin.param = "w"})
// CHECK-LABEL: func.func @calls_external()
// CHECK: %[[W:.*]] = structlin.parameter "w"
// CHECK: call @external(%[[W]])
func.func private @external(tensor<2xf32> {structlin.param = "w"})
func.func @calls_external(%w: tensor<2xf32> {structlin.param = "w"}) {
  call @external(%w) : (tensor<2xf32>) -> ()
  return
}

// -----

// A name that is taken by something else gets a suffix.

// CHECK-LABEL: func.func @names()
// CHECK: structlin.parameter "w" : tensor<2xf32>
// CHECK: structlin.parameter "w_1" : tensor<4xf32>
func.func @names(%w: tensor<2xf32> {structlin.param = "w"}) -> (tensor<2xf32>, tensor<4xf32>) {
  %0 = arith.constant dense_resource<w> : tensor<4xf32>
  return %w, %0 : tensor<2xf32>, tensor<4xf32>
}
