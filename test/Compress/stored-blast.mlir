// BLAST checkpoints: B, C and D in both orders become U, s and V with the numbers
// that are stored.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors last.B:F32:2x2x3:mixed last.C:F32:3x3x2:mixed last.D:F32:2x3x3:mixed first.B:F32:2x2x3:mixed first.C:F32:3x3x2:mixed raw/first-D:F32:3x2x3:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18 cube.B:F32:2x2x2:mixed cube.C:F32:2x2x3:mixed cube.D:F32:2x2x2:1,2,3,4,5,6,7,8 ragged.B:F16:2x2x1:1,2,3,0 ragged.C:F16:2x1x3:1,2,3,4,5,0 ragged.D:F16:2x2x1:mixed

// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml | FileCheck %t/model.mlir --check-prefix=ASSIGN
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' --structlin-report=file=%t/report.json --remarks-filter='structlin.*' --remark-policy=all -o %t/out.mlir 2> %t/err
// RUN: FileCheck %t/model.mlir --input-file=%t/out.mlir
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t/err
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t/report.json

// The order of D is told by its shape, or by the recipe.
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors first.weight.s | FileCheck %s --check-prefix=FIRST
// FIRST: first.weight.s F32 2x3x3 [1.0, 7.0, 13.0, 2.0, 8.0, 14.0, 3.0, 9.0, 15.0, 4.0, 10.0, 16.0, 5.0, 11.0, 17.0, 6.0, 12.0, 18.0]
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors cube.weight.s | FileCheck %s --check-prefix=CUBE
// CUBE: cube.weight.s F32 2x2x2 [1.0, 5.0, 2.0, 6.0, 3.0, 7.0, 4.0, 8.0]
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors ragged.weight.V | FileCheck %s --check-prefix=RAGGED
// RAGGED: ragged.weight.V F16 2x1x3 [1.0, 2.0, 3.0, 4.0, 5.0, 0.0]

// REMARK: remark: [Passed] Loaded | Category:structlin-fit | Function=model | layer=last, structure="#structlin.blast<blocks = [2, 3], rank = 3>"

// There was nothing to compare with, so there is no error.
// LIST-NOT: .error
// LIST: last.weight.structure = #structlin.blast<blocks = [2, 3], rank = 3>
// LIST-NOT: .error

// REPORT:      "error": null,
// REPORT:      "name": "last",
// REPORT:      "structure": "#structlin.blast<blocks = [2, 3], rank = 3>",
// REPORT-NEXT: "uses": 1,
// REPORT-NEXT: "weight": "last.weight"

//--- recipe.yaml
layers:
  - match: "last"
    format: blast
    blocks: [2, 3]
  - match: "first"
    format: blast
    tensors: { D: "raw/{layer}-D" }
  - match: "cube"
    format: blast
    layout: rank_first
    blocks: [2]   # one size, as a published configuration has it
  - match: "ragged"
    format: blast
    layout: rank_last
    structure: "#structlin.blast<blocks = [2, 2], rank = 1>"

//--- model.mlir
// ASSIGN: {layer = "last", structure = #structlin.stored<format = blast, tensors = {B = "last.B", C = "last.C", D = "last.D"}, blocks = [2, 3], origin = #loc{{[0-9]*}}>}
// ASSIGN: {layer = "first", structure = #structlin.stored<format = blast, tensors = {B = "first.B", C = "first.C", D = "raw/first-D"}, origin = #loc{{[0-9]*}}>}
// ASSIGN: {layer = "cube", structure = #structlin.stored<format = blast, {{.*}}, layout = rank_first, blocks = [2, 2], origin

// CHECK-LABEL: func.func @model
// CHECK: %[[U:.*]] = structlin.parameter "last.weight.U" : tensor<2x2x3xf32>
// CHECK: %[[S:.*]] = structlin.parameter "last.weight.s" : tensor<2x3x3xf32>
// CHECK: %[[V:.*]] = structlin.parameter "last.weight.V" : tensor<3x3x2xf32>
// CHECK: structlin.blast_matmul ins(%{{.*}}, %[[U]], %[[S]], %[[V]] : {{.*}}) outs({{.*}}) {layer = "last"} ->
// CHECK: structlin.blast_matmul {{.*}} {layer = "first"} ->
// CHECK: structlin.blast_matmul {{.*}} {layer = "cube"} ->

// Inner results keep the type of the layer's sums: its weight was not f16.
// CHECK: structlin.blast_matmul {{.*}} {layer = "ragged"} ->
func.func @model(%x6: tensor<?x6xf32>, %x5: tensor<?x5xf32>, %i4: tensor<?x4xf32>, %i3: tensor<?x3xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x3xf32>) {
  %a = structlin.parameter "last.weight" : tensor<4x6xf32>
  %b = structlin.parameter "first.weight" : tensor<4x6xf32>
  %c = structlin.parameter "cube.weight" : tensor<4x6xf32>
  %d = structlin.parameter "ragged.weight" : tensor<3x5xf32>
  %0 = structlin.linear ins(%x6, %a : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i4 : tensor<?x4xf32>)
    {layer = "last"} -> tensor<?x4xf32>
  %1 = structlin.linear ins(%x6, %b : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i4 : tensor<?x4xf32>)
    {layer = "first"} -> tensor<?x4xf32>
  %2 = structlin.linear ins(%x6, %c : tensor<?x6xf32>, tensor<4x6xf32>) outs(%i4 : tensor<?x4xf32>)
    {layer = "cube"} -> tensor<?x4xf32>
  %3 = structlin.linear ins(%x5, %d : tensor<?x5xf32>, tensor<3x5xf32>) outs(%i3 : tensor<?x3xf32>)
    {layer = "ragged"} -> tensor<?x3xf32>
  return %0, %1, %2, %3 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x3xf32>
}
