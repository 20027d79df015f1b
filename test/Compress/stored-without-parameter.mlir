// A layer whose weight is no parameter, such as an untagged argument, gets its weight
// from the checkpoint all the same. Names may have braces.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors 'a{b}.U:F32:2x1:1,2' 'a{b}.V:F32:1x4:1,2,3,4' 's{:F32:2x4:1,2,0,0,0,0,3,4' full:F32:2x4:1,2,3,4,5,6,7,8
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.stored<format = low_rank>"' --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' | FileCheck %s
// RUN: sed 's/"a{b}"/"a{b}", structure = #structlin.stored<format = sparse, tensors = {weight = "s{{"}>/' %s > %t/sparse.mlir
// RUN: structlin-opt %t/sparse.mlir --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out2.safetensors' | FileCheck %s --check-prefix=SPARSE
// RUN: sed 's/"a{b}"/"a{b}", structure = #structlin.stored<format = sparse, tensors = {weight = "full"}>/' %s > %t/full.mlir
// RUN: not structlin-opt %t/full.mlir --structlin-fit='parameters=%t/in.safetensors' 2>&1 | FileCheck %s --check-prefix=FULL

// CHECK: %[[U:.*]] = structlin.parameter "a{b}.U" : tensor<2x1xf32>
// CHECK: structlin.low_rank_matmul ins(%{{.*}}, %[[U]], %{{.*}}) outs({{.*}}) {layer = "a{b}"}
// SPARSE: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "a{b}"}
// FULL: error: cannot load layer 'a{b}' as sparse: tensor 'full': expected zeros that make a structure, since the layer has no parameter that a dense weight could be the value of
func.func @f(%x: tensor<?x4xf32>, %w: tensor<2x4xf32>, %i: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = structlin.linear ins(%x, %w : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "a{b}"} -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
