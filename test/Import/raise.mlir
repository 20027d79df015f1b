// RUN: structlin-opt %s --structlin-raise | FileCheck %s
// RUN: structlin-opt %s --pass-pipeline="builtin.module(func.func(structlin-raise))" | FileCheck %s
// RUN: structlin-opt %s --structlin-raise --structlin-raise | FileCheck %s
// RUN: structlin-opt %s --structlin-raise --remarks-filter-passed=structlin-raise \
// RUN:   --remark-policy=all --remark-format=emitRemark -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK

// The example of the pass description. What is dead after raising is gone; a second
// run finds nothing. The forms are in raise-*.mlir.

// REMARK: [Passed] Raised | Category:structlin-raise | Function=layer | Layer=fc
// REMARK: [Passed] Raised | Category:structlin-raise | Function=in_a_loop | Layer=step

// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %[[X:.*]]: tensor<4x8xf32>, %[[ZERO:.*]]: tensor<4x16xf32>
// CHECK-NEXT: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<16x8xf32>
// CHECK-NEXT: %[[Y:.*]] = structlin.linear ins(%[[X]], %[[W]] : tensor<4x8xf32>, tensor<16x8xf32>)
// CHECK-SAME: outs(%[[ZERO]] : tensor<4x16xf32>) {layer = "fc"} -> tensor<4x16xf32>
// CHECK-NEXT: return %[[Y]]
func.func @layer(%x: tensor<4x8xf32>, %zero: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %w = structlin.parameter "fc.weight" : tensor<16x8xf32>
  %e = tensor.empty() : tensor<8x16xf32>
  %wt = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%e : tensor<8x16xf32>)
        permutation = [1, 0]
  %y = linalg.matmul ins(%x, %wt : tensor<4x8xf32>, tensor<8x16xf32>)
       outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// Inside control flow: the sizes of the result are those of its init.

// CHECK-LABEL: func.func @in_a_loop(
// CHECK: scf.for
// CHECK: structlin.linear {{.*}} : tensor<?x8xf32>, tensor<8x8xf32>) {{.*}} {layer = "step"}
// CHECK-NOT: linalg.matmul
func.func @in_a_loop(%x: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %w = structlin.parameter "step_weight" : tensor<8x8xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> tensor<?x8xf32> {
    %m = tensor.dim %h, %c0 : tensor<?x8xf32>
    %e = tensor.empty(%m) : tensor<?x8xf32>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
    %y = linalg.matmul ins(%h, %w : tensor<?x8xf32>, tensor<8x8xf32>)
         outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
    scf.yield %y : tensor<?x8xf32>
  }
  return %r : tensor<?x8xf32>
}
