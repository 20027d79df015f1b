// One stored parameter that several layers read in slices: each slice is split by its
// own zeros. Another function reads the same slice, and shares its factors.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors qkv.weight:F32:4x4:1,2,0,0,0,3,4,0,0,0,0,5,6,0,0,0
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.stored<format = sparse>"' --structlin-fit='parameters=%t output-parameters=%t/out.safetensors' | FileCheck %s
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors qkv.weight.indices | FileCheck %s --check-prefix=Q
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors qkv.weight.2.indices | FileCheck %s --check-prefix=K
// Q: I8 2x1x2 [0, 1, 1, 2]
// K: I8 2x1x1 [3, 0]

// CHECK-LABEL: func.func @qk
// CHECK-NOT: "qkv.weight" :
// CHECK: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "q"}
// CHECK: structlin.parameter "qkv.weight.2.values" : tensor<2x1x1xf32>
// CHECK: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "k"}
func.func @qk(%x: tensor<?x4xf32>, %i: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = structlin.parameter "qkv.weight" : tensor<4x4xf32>
  %q = tensor.extract_slice %w[0, 0] [2, 4] [1, 1] : tensor<4x4xf32> to tensor<2x4xf32>
  %k = tensor.extract_slice %w[2, 0] [2, 4] [1, 1] : tensor<4x4xf32> to tensor<2x4xf32>
  %0 = structlin.linear ins(%x, %q : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "q"} -> tensor<?x2xf32>
  %1 = structlin.linear ins(%x, %k : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "k"} -> tensor<?x2xf32>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: func.func @again
// CHECK: structlin.parameter "qkv.weight.values" : tensor<2x1x2xf32>
// CHECK: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "q_again"}
func.func @again(%x: tensor<?x4xf32>, %i: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = structlin.parameter "qkv.weight" : tensor<4x4xf32>
  %q = tensor.extract_slice %w[0, 0] [2, 4] [1, 1] : tensor<4x4xf32> to tensor<2x4xf32>
  %0 = structlin.linear ins(%x, %q : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "q_again"} -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
