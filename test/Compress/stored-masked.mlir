// Masks of any number type; what they leave is split by its zeros. A weight that
// they leave (almost) whole becomes its parameter again.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors a.weight_orig:F32:2x4:1,2,3,4,5,-0.0,7,8 a.weight_mask:F32:2x4:1,1,0,0,0,1,0,1 b.weight_orig:BF16:2x4:1,2,3,4,5,6,7,8 b.mask:BOOL:2x4:0,0,0,1,1,0,0,0 c.weight_orig:F32:2x2:1,2,3,4 c.weight_mask:U8:2x2:1,1,1,1
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' | FileCheck %t/model.mlir
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors a.weight.values | FileCheck %s --check-prefix=A
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors b.weight.values | FileCheck %s --check-prefix=B
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors c.weight | FileCheck %s --check-prefix=C

// Without an archive the values are in the IR.
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors' | FileCheck %s --check-prefix=INLINE
// INLINE: structlin.parameter "c.weight" = dense<{{.*}}1.000000e+00, 2.000000e+00{{.*}}> : tensor<2x2xf32>

// A zero inside the mask is a zero.
// LIST: a.weight.structure = #structlin.sparse<keep = 0.375>
// LIST: b.weight.structure = #structlin.sparse<1 : 4>
// A: F32 3 [1.0, 2.0, 8.0]
// B: BF16 2x1x1 [4.0, 5.0]
// C: F32 2x2 [1.0, 2.0, 3.0, 4.0]

//--- recipe.yaml
layers:
  - match: "b"
    format: masked
    tensors: { mask: "b.mask" }
  - match: "*"
    format: masked

//--- model.mlir
func.func @model(%x4: tensor<?x4xf32>, %x2: tensor<?x2xf32>, %i: tensor<?x2xf32>) {
  %a = structlin.parameter "a.weight" : tensor<2x4xf32>
  %b = structlin.parameter "b.weight" : tensor<2x4xbf16>
  %c = structlin.parameter "c.weight" : tensor<2x2xf32>
  // CHECK: structlin.sparse_matmul {{.*}} {layer = "a"}
  %0 = structlin.linear ins(%x4, %a : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "a"} -> tensor<?x2xf32>
  // CHECK: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "b"}
  %1 = structlin.linear ins(%x4, %b : tensor<?x4xf32>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "b"} -> tensor<?x2xf32>
  // CHECK: structlin.linear {{.*}} {layer = "c", structure = #structlin.dense<reason = "it has no zeros">}
  %2 = structlin.linear ins(%x2, %c : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i : tensor<?x2xf32>) {layer = "c"} -> tensor<?x2xf32>
  return
}
