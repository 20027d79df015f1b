// The example of a stored weight in the description of --structlin-fit.
// RUN: %python %S/Inputs/safetensors.py write %t.in.safetensors fc.B:F32:2x2x3:mixed fc.C:F32:3x3x2:mixed fc.D:F32:2x3x3:mixed
// RUN: structlin-opt %s --structlin-fit='parameters=%t.in.safetensors output-parameters=%t.safetensors' | FileCheck %s

// CHECK: %[[U:.*]] = structlin.parameter "fc.weight.U" : tensor<2x2x3xf32>
// CHECK: %[[S:.*]] = structlin.parameter "fc.weight.s" : tensor<2x3x3xf32>
// CHECK: %[[V:.*]] = structlin.parameter "fc.weight.V" : tensor<3x3x2xf32>
// CHECK: structlin.blast_matmul
// CHECK-SAME: ins(%{{.*}}, %[[U]], %[[S]], %[[V]] : tensor<?x6xf32>, tensor<2x2x3xf32>, tensor<2x3x3xf32>, tensor<3x3x2xf32>)
// CHECK-SAME: outs(%{{.*}} : tensor<?x4xf32>) {layer = "fc"} -> tensor<?x4xf32>
func.func @example(%x: tensor<?x6xf32>, %init: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %w = structlin.parameter "fc.weight" : tensor<4x6xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x6xf32>, tensor<4x6xf32>)
    outs(%init : tensor<?x4xf32>)
    {layer = "fc", structure = #structlin.stored<format = blast>} -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
