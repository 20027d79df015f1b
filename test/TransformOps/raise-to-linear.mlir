// The handle has the layers made, in order; what is no layer stays, with a remark.
// RUN: structlin-opt %s --split-input-file --transform-interpreter --canonicalize \
// RUN:   | FileCheck %s
// RUN: structlin-opt %s --split-input-file --transform-interpreter \
// RUN:   --remarks-filter-missed=structlin-raise --remark-policy=all --remark-format=emitRemark \
// RUN:   2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

// CHECK-LABEL: func.func @two_layers(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>,
// CHECK-DAG: %[[W0:.*]] = structlin.parameter "fc0.weight" : tensor<16x8xf32>
// CHECK-DAG: %[[W1:.*]] = structlin.parameter "fc1.weight" : tensor<8x16xf32>
// CHECK: %[[H:.*]] = structlin.linear ins(%[[X]], %[[W0]] : {{.*}}) {{.*}} {layer = "fc0", raised}
// CHECK: structlin.linear ins(%[[H]], %[[W1]] : {{.*}}) {{.*}} {layer = "fc1", raised}
// CHECK-NOT: linalg.transpose
func.func @two_layers(%x: tensor<4x8xf32>, %i0: tensor<4x16xf32>, %i1: tensor<4x8xf32>)
    -> tensor<4x8xf32> {
  %w0 = structlin.parameter "fc0.weight" : tensor<16x8xf32>
  %w1 = structlin.parameter "fc1.weight" : tensor<8x16xf32>
  %e0 = tensor.empty() : tensor<8x16xf32>
  %t0 = linalg.transpose ins(%w0 : tensor<16x8xf32>) outs(%e0 : tensor<8x16xf32>) permutation = [1, 0]
  %h = linalg.matmul ins(%x, %t0 : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%i0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %e1 = tensor.empty() : tensor<16x8xf32>
  %t1 = linalg.transpose ins(%w1 : tensor<8x16xf32>) outs(%e1 : tensor<16x8xf32>) permutation = [1, 0]
  %y = linalg.matmul ins(%h, %t1 : tensor<4x16xf32>, tensor<16x8xf32>)
         outs(%i1 : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The layer goes again as dead code and is not in the handle.
// CHECK-LABEL: func.func @dead(
// CHECK-NOT: structlin.linear
// CHECK: return
func.func @dead(%x: tensor<4x8xf32>, %i: tensor<4x16xf32>) {
  %w = structlin.parameter "dead.weight" : tensor<8x16xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%i : tensor<4x16xf32>) -> tensor<4x16xf32>
  %z = linalg.add ins(%y, %y : tensor<4x16xf32>, tensor<4x16xf32>)
         outs(%i : tensor<4x16xf32>) -> tensor<4x16xf32>
  return
}

// CHECK-LABEL: func.func @activations(
// CHECK: linalg.matmul
// REMARK: [Missed] NotRaised | Category:structlin-raise | Function=activations |
// REMARK-SAME: Reason="linalg.matmul is no linear layer: it multiplies two activations"
func.func @activations(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>, %i: tensor<4x16xf32>)
    -> tensor<4x16xf32> {
  %y = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>)
         outs(%i : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// Functions inside the module are one target with it.
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %functions = transform.structured.match ops{["func.func"]} in %module
      : (!transform.any_op) -> !transform.any_op
    %both = transform.merge_handles %functions, %module, %functions : !transform.any_op
    %layers = transform.structlin.raise_to_linear %both : (!transform.any_op) -> !transform.any_op
    transform.annotate %layers "raised" : !transform.any_op
    transform.yield
  }
}

// -----

// Nothing to raise: an empty handle, and the script goes on.

// CHECK-LABEL: func.func @nothing(
// CHECK-SAME: attributes {after}
func.func @nothing(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  return %x : tensor<4x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %function = transform.structured.match ops{["func.func"]} in %module
      : (!transform.any_op) -> !transform.any_op
    %layers = transform.structlin.raise_to_linear %function
      : (!transform.any_op) -> !transform.any_op
    transform.structlin.assign #structlin.low_rank<rank = 1> to %layers : !transform.any_op
    %structured, %dense = transform.structlin.fit %layers
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.annotate %structured "never" : !transform.any_op
    transform.annotate %function "after" : !transform.any_op
    transform.yield
  }
}
