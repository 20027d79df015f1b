// Variants become branches, the last range being what is left.
// RUN: structlin-opt %s --structlin-expand-variants | FileCheck %s

// CHECK-LABEL: func.func @two(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x8xf32>, %[[W:[^:]*]]: tensor<4x8xf32>, %[[INIT:[^:]*]]: tensor<?x4xf32>, %[[M:[^:]*]]: index)
// CHECK:         %[[C1:.*]] = arith.constant 1 : index
// CHECK:         %[[ONE:.*]] = arith.cmpi ule, %[[M]], %[[C1]] : index
// CHECK:         %[[Y:.*]] = scf.if %[[ONE]] -> (tensor<?x4xf32>) {
// CHECK-NEXT:      %[[A:.*]] = structlin.linear ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] : {{.*}}) {layer = "one"}
// CHECK-NEXT:      scf.yield %[[A]]
// CHECK-NEXT:    } else {
// CHECK-NEXT:      %[[B:.*]] = structlin.linear ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]] : {{.*}}) {layer = "many"}
// CHECK-NEXT:      scf.yield %[[B]]
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[Y]]
func.func @two(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %init: tensor<?x4xf32>, %m: index) -> tensor<?x4xf32> {
  %y = structlin.variants %m [1, 2 up] -> tensor<?x4xf32> {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {layer = "one"} -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }, {
    %0 = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%init : tensor<?x4xf32>) {layer = "many"} -> tensor<?x4xf32>
    structlin.yield %0 : tensor<?x4xf32>
  }
  return %y : tensor<?x4xf32>
}

// Kernels and other operations stay.
// CHECK-LABEL: func.func @kernel(
// CHECK:         structlin.kernel
func.func @kernel(%init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = structlin.kernel outs(%init : tensor<?x4xf32>) {
  ^bb0(%k: tensor<?x4xf32>):
    structlin.yield %k : tensor<?x4xf32>
  } -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
