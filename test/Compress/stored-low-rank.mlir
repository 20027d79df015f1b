// Low-rank weights, alone or beside a sparse part (OATS), and the error against
// dense weights where those are at hand.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors svd.1.weight:F32:2x1:1,2 svd.0.weight:F32:1x4:1,2,3,4 oats.S:BF16:2x4:0,0,0,5,6,0,0,0 oats.U:BF16:2x1:1,2 oats.V:BF16:1x4:1,0,-1,2 nm.S:BF16:2x4:1,2,0,0,0,0,3,4 nm.U:BF16:2x1:1,2 nm.V:BF16:1x4:1,0,-1,2 few.S:BF16:2x4:1,2,3,4,5,6,7,0 few.U:BF16:2x1:1,2 few.V:BF16:1x4:1,0,-1,2
// RUN: %python %S/Inputs/safetensors.py write %t/dense.safetensors svd.weight:F32:2x4:1,2,3,4,2,4,6,13 oats.weight:BF16:2x4:1,0,-1,7,8,0,-2,4 nm.weight:BF16:2x4:mixed few.weight:BF16:2x4:mixed
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' | FileCheck %t/model.mlir
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors dense-parameters=%t/dense.safetensors output-parameters=%t/out.safetensors' | FileCheck %s --check-prefix=MEASURED
// RUN: %python %S/Inputs/safetensors.py check %t/out.safetensors %t/dense.safetensors | FileCheck %s --check-prefix=CHECKED

// LIST: few.weight.structure = #structlin.low_rank_sparse<rank = 1, sparse = <keep = 0.875>>
// LIST: nm.weight.structure = #structlin.low_rank_sparse<rank = 1, sparse = <2 : 4>>
// LIST: oats.weight.structure = #structlin.low_rank_sparse<rank = 1, sparse = <1 : 4>>
// LIST: svd.weight.structure = #structlin.low_rank<rank = 1>

// || (0, .., 0, 5) || / || W || = 5 / sqrt(255)
// MEASURED: fit = #structlin.fit<weight = "svd.weight", norm = frobenius, error = 0.313{{[0-9]+}}, seed = 0, dense_shape = [2, 4]>
// MEASURED: fit = #structlin.fit<weight = "oats.weight", norm = frobenius, error = 0.0, seed = 0, dense_shape = [2, 4]>
// CHECKED-COUNT-4: {{.*}} matches

//--- recipe.yaml
layers:
  - match: "svd"
    format: low_rank
    tensors: { U: "{layer}.1.weight", V: "{layer}.0.weight" }
  - match: "nm"
    format: oats
    structure: "#structlin.low_rank_sparse<rank = 1, sparse = #structlin.sparse<2 : 4>>"
  - match: "*"
    format: oats

//--- model.mlir
func.func @model(%x: tensor<?x4xf32>, %xb: tensor<?x4xbf16>, %i: tensor<?x2xf32>) {
  %a = structlin.parameter "svd.weight" : tensor<2x4xf32>
  %b = structlin.parameter "oats.weight" : tensor<2x4xbf16>
  %c = structlin.parameter "nm.weight" : tensor<2x4xbf16>
  %d = structlin.parameter "few.weight" : tensor<2x4xbf16>
  // CHECK: structlin.low_rank_matmul {{.*}} {layer = "svd"}
  %0 = structlin.linear ins(%x, %a : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i : tensor<?x2xf32>) {layer = "svd"} -> tensor<?x2xf32>
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} {group = 4 : i64, layer = "oats", mid = bf16}
  %1 = structlin.linear ins(%xb, %b : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "oats"} -> tensor<?x2xf32>
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} {group = 4 : i64, layer = "nm", mid = bf16}
  %2 = structlin.linear ins(%xb, %c : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "nm"} -> tensor<?x2xf32>
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} {layer = "few", mid = bf16}
  %3 = structlin.linear ins(%xb, %d : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "few"} -> tensor<?x2xf32>
  return
}
