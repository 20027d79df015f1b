// The whole pipeline: a tagged argument becomes a parameter, the contraction a
// layer, its weight factors; the attention product stays and says why.
// RUN: rm -rf %t && split-file %s %t
// RUN: structlin-opt %t/model.mlir --structlin-compress='recipe=%t/recipe.yaml parameters=random:5 output-parameters=%t/out.safetensors sweeps=3 restarts=2 seed=9 min-parameters=32 report=%t/report.json' | FileCheck %s
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t/report.json

// Untagged arguments are weights on demand; over the budget they stay dense.
// RUN: structlin-opt %t/untagged.mlir --structlin-compress='structure="#structlin.low_rank<rank = 1>" arguments-as-weights weights=1 min-parameters=1 parameters=random:1 max-error=0.001' | FileCheck %s --check-prefix=UNTAGGED

// An error leaves neither output.
// RUN: not structlin-opt %t/model.mlir --structlin-compress='recipe=%t/recipe.yaml parameters=%t output-parameters=%t/none.safetensors min-parameters=32 report=%t/none.json' 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not ls %t/none.safetensors
// RUN: not ls %t/none.json
// ERROR: error: cannot read parameter 'fc.weight'

// CHECK-LABEL: func.func @model(%{{.*}}: tensor<?x8xf32>, %{{.*}}: tensor<8x?xf32>)
// CHECK-NOT: structlin.parameter "fc.weight" :
// CHECK-DAG: %[[U:.*]] = structlin.parameter "fc.weight.U" : tensor<2x6x1xf32>
// CHECK-DAG: %[[S:.*]] = structlin.parameter "fc.weight.s" : tensor<2x2x1xf32>
// CHECK-DAG: %[[V:.*]] = structlin.parameter "fc.weight.V" : tensor<2x1x4xf32>
// CHECK: structlin.blast_matmul ins(%{{.*}}, %[[U]], %[[S]], %[[V]] :
// CHECK-SAME: seed = 9, dense_shape = [12, 8]>, layer = "fc"
// CHECK: structlin.blast_matmul ins(%{{.*}}, %[[U]], %[[S]], %[[V]] :
// CHECK: structlin.linear {{.*}}structure = #structlin.dense<reason = "no pattern of the recipe matches it">
// CHECK: linalg.matmul

// LIST: fc.weight.U F32 2x6x1
// LIST-NEXT: fc.weight.V F32 2x1x4
// LIST-NEXT: fc.weight.s F32 2x2x1
// LIST-NEXT: out.weight F32 8x12
// LIST-NEXT: fc.weight.error =
// LIST-NEXT: fc.weight.structure = #structlin.blast<blocks = [2, 2], rank = 1>
// LIST-NOT: {{.}}

// REPORT: "name": "fc",
// REPORT: "structure": "#structlin.blast<blocks = [2, 2], rank = 1>",
// REPORT-NEXT: "uses": 2,
// REPORT: "name": "out",
// REPORT: "reason": "no pattern of the recipe matches it",
// REPORT: "not_raised": [
// REPORT: "reason": "it multiplies two activations"

// UNTAGGED-LABEL: func.func @untagged(%{{.*}}: tensor<4x4xf32>) ->
// UNTAGGED: structlin.parameter "arg1" : tensor<4x4xf32>
// UNTAGGED: structlin.linear {{.*}}is above the limit of 1.000e-03

//--- recipe.yaml
layers:
  - {match: "fc", structure: "#structlin.blast<blocks = [2, 2], rank = 1>"}

//--- model.mlir
func.func @model(%x: tensor<?x8xf32>, %fc: tensor<8x12xf32> {structlin.param = "fc.weight"},
                 %out: tensor<8x12xf32> {structlin.param = "out.weight"}, %k: tensor<8x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %n = tensor.dim %k, %c1 : tensor<8x?xf32>
  %e0 = tensor.empty(%m) : tensor<?x12xf32>
  %i0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<?x12xf32>) -> tensor<?x12xf32>
  %h = linalg.matmul ins(%x, %fc : tensor<?x8xf32>, tensor<8x12xf32>) outs(%i0 : tensor<?x12xf32>) -> tensor<?x12xf32>
  %g = linalg.matmul ins(%x, %fc : tensor<?x8xf32>, tensor<8x12xf32>) outs(%h : tensor<?x12xf32>) -> tensor<?x12xf32>
  %et = tensor.empty() : tensor<12x8xf32>
  %t = linalg.transpose ins(%out : tensor<8x12xf32>) outs(%et : tensor<12x8xf32>) permutation = [1, 0]
  %e1 = tensor.empty(%m) : tensor<?x8xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %q = linalg.matmul ins(%g, %t : tensor<?x12xf32>, tensor<12x8xf32>) outs(%i1 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %e2 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = linalg.matmul ins(%q, %k : tensor<?x8xf32>, tensor<8x?xf32>) outs(%i2 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %s : tensor<?x?xf32>
}

//--- untagged.mlir
func.func @untagged(%x: tensor<4x4xf32>, %w: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x4xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zero : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}
