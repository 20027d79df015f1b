// Dissolving a kernel leaves the operations of its body in its place.
// RUN: structlin-opt %s --transform-interpreter | FileCheck %s

// CHECK-LABEL: func.func @tensors(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x8xf32>, %[[W:[^:]*]]: tensor<4x8xf32>, %[[INIT:[^:]*]]: tensor<?x4xf32>
// CHECK-NEXT:    %[[Y:.*]] = structlin.linear ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] :
// CHECK-NEXT:    return %[[Y]]
func.func @tensors(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.kernel ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {
  ^bb0(%kx: tensor<?x8xf32>, %kw: tensor<4x8xf32>, %ki: tensor<?x4xf32>):
    %0 = structlin.linear ins(%kx, %kw : tensor<?x8xf32>, tensor<4x8xf32>)
           outs(%ki : tensor<?x4xf32>) -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %kernel = transform.structured.match ops{["structlin.kernel"]} in %root : (!transform.any_op) -> !transform.any_op
    %body = transform.structured.decompose_interface %kernel : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}
