// The example in the descriptions of --structlin-assign and --structlin-fit.
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<keep = 0.5>"' \
// RUN:   | FileCheck %s --check-prefix=ASSIGN
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<keep = 0.5>"' \
// RUN:   --structlin-fit='parameters=random:0 output-parameters=%t.safetensors' | FileCheck %s

// ASSIGN: %[[W:.*]] = structlin.parameter "fc.weight" : tensor<64x32xf32>
// ASSIGN: structlin.linear ins(%{{.*}}, %[[W]] : tensor<?x32xf32>, tensor<64x32xf32>)
// ASSIGN-SAME: {layer = "fc", structure = #structlin.low_rank<rank = 10>} -> tensor<?x64xf32>

// CHECK: %[[U:.*]] = structlin.parameter "fc.weight.U" : tensor<64x10xf32>
// CHECK: %[[V:.*]] = structlin.parameter "fc.weight.V" : tensor<10x32xf32>
// CHECK: structlin.low_rank_matmul
// CHECK-SAME: ins(%{{.*}}, %[[U]], %[[V]] : tensor<?x32xf32>, tensor<64x10xf32>, tensor<10x32xf32>)
// CHECK-SAME: fit = #structlin.fit<weight = "fc.weight", norm = frobenius, error = 0.{{[0-9]+}}, seed = 0, dense_shape = [64, 32]>, layer = "fc"}
func.func @example(%x: tensor<?x32xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %w = structlin.parameter "fc.weight" : tensor<64x32xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<64x32xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "fc"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
