// Sizes are resolved for each layer's shape; a silenceable failure changes no layer.
// RUN: structlin-opt %s --split-input-file --transform-interpreter | FileCheck %s
// RUN: structlin-opt %s --split-input-file --transform-interpreter \
// RUN:   --remarks-filter=structlin-assign --remark-policy=all --remark-format=emitRemark \
// RUN:   2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// CHECK-LABEL: func.func @layers(
// CHECK: layer = "wide", structure = #structlin.low_rank<rank = 5>
// CHECK: layer = "tall", structure = #structlin.dense<reason = "chosen by the transform script">
// CHECK: layer = "other"}
// REMARK-DAG: [Passed] Assigned | Category:structlin-assign | Function=layers | layer=wide, structure="#structlin.low_rank<rank = 5>"
// REMARK-DAG: [Missed] StaysDense | Category:structlin-assign | Function=layers | Reason="chosen by the transform script", layer=tall
func.func @layers(%x: tensor<4x32xf32>, %z: tensor<4x16xf32>, %i: tensor<4x16xf32>,
                  %k: tensor<4x32xf32>) -> (tensor<4x16xf32>, tensor<4x32xf32>, tensor<4x32xf32>) {
  %w0 = structlin.parameter "wide" : tensor<16x32xf32>
  %w1 = structlin.parameter "tall" : tensor<32x16xf32>
  %0 = structlin.linear ins(%x, %w0 : tensor<4x32xf32>, tensor<16x32xf32>)
         outs(%i : tensor<4x16xf32>) {layer = "wide"} -> tensor<4x16xf32>
  %1 = structlin.linear ins(%z, %w1 : tensor<4x16xf32>, tensor<32x16xf32>)
         outs(%k : tensor<4x32xf32>) {layer = "tall"} -> tensor<4x32xf32>
  %2 = structlin.linear ins(%z, %w1 : tensor<4x16xf32>, tensor<32x16xf32>)
         outs(%k : tensor<4x32xf32>) {layer = "other"} -> tensor<4x32xf32>
  return %0, %1, %2 : tensor<4x16xf32>, tensor<4x32xf32>, tensor<4x32xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %wide = transform.structured.match ops{["structlin.linear"]} attributes {layer = "wide"}
      in %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.low_rank<keep = 0.5> to %wide : !transform.any_op
    %tall = transform.structured.match ops{["structlin.linear"]} attributes {layer = "tall"}
      in %module : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.dense to %tall : !transform.any_op
    transform.yield
  }
}

// -----

// The second layer cannot have it, so the first one does not get it either; what
// follows in the suppressed sequence does not run, and what follows it does.

// CHECK-LABEL: func.func @all_or_none(
// CHECK: layer = "large"}
// CHECK: layer = "small"}
func.func @all_or_none(%x: tensor<4x32xf32>, %z: tensor<4x2xf32>, %i: tensor<4x16xf32>,
                       %k: tensor<4x2xf32>) -> (tensor<4x16xf32>, tensor<4x2xf32>) {
  %w0 = structlin.parameter "large" : tensor<16x32xf32>
  %w1 = structlin.parameter "small" : tensor<2x2xf32>
  %0 = structlin.linear ins(%x, %w0 : tensor<4x32xf32>, tensor<16x32xf32>)
         outs(%i : tensor<4x16xf32>) {layer = "large"} -> tensor<4x16xf32>
  %1 = structlin.linear ins(%z, %w1 : tensor<4x2xf32>, tensor<2x2xf32>)
         outs(%k : tensor<4x2xf32>) {layer = "small"} -> tensor<4x2xf32>
  return %0, %1 : tensor<4x16xf32>, tensor<4x2xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    transform.sequence %module : !transform.any_op failures(suppress) {
    ^bb0(%root: !transform.any_op):
      %all = transform.structured.match ops{["structlin.linear"]} in %root
        : (!transform.any_op) -> !transform.any_op
      transform.structlin.assign #structlin.low_rank<rank = 1> to %all : !transform.any_op
    }
    transform.yield
  }
}
