// RUN: split-file %s %t
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml \
// RUN:   --remarks-filter='structlin-assign' --remark-policy=all 2> %t/err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t/err

//--- recipe.yaml
# The first match wins; `ignore` comes before all.
ignore: ["lm_head", "never_there"]
layers:
  - match: "encoder.*.fc?"
    structure: "#structlin.blast<blocks = [4, 4], rank = 4>"
  - match: "encoder.{0,1}.*"
    structure: "#structlin.sparse<2 : 4>"
  - match: "decoder.*"
    structure: "#structlin.low_rank<keep = 0.5>"
default: "#structlin.block_sparse<block = [8, 8], keep = 0.25>"

//--- model.mlir
// REMARK-DAG: recipe.yaml:2:22: warning: pattern 'never_there' applies to no layer
// REMARK-DAG: recipe.yaml:8:13: warning: pattern 'decoder.*' applies to no layer
// REMARK-DAG: remark: [Missed] TiedWeight {{.*}}#structlin.block_sparse<block = [8, 8], keep = 0.25> is not applied: the weight is shared with layer encoder.1.v, which comes first and gets #structlin.sparse<2 : 4>{{.*}}layer=tied

// CHECK-LABEL: func.func @model
func.func @model(%x: tensor<?x64xf32>, %init: tensor<?x64xf32>) {
  %a = structlin.parameter "a" : tensor<64x64xf32>
  %b = structlin.parameter "b" : tensor<64x64xf32>
  %c = structlin.parameter "c" : tensor<64x64xf32>
  %d = structlin.parameter "d" : tensor<64x64xf32>
  // CHECK: {layer = "encoder.0.fc1", structure = #structlin.blast<blocks = [4, 4], rank = 4>}
  %0 = structlin.linear ins(%x, %a : tensor<?x64xf32>, tensor<64x64xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "encoder.0.fc1"} -> tensor<?x64xf32>
  // CHECK: {layer = "encoder.1.v", structure = #structlin.sparse<2 : 4>}
  %1 = structlin.linear ins(%x, %b : tensor<?x64xf32>, tensor<64x64xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "encoder.1.v"} -> tensor<?x64xf32>
  // CHECK: {layer = "encoder.2.v", structure = #structlin.block_sparse<block = [8, 8], keep = 0.25>}
  %2 = structlin.linear ins(%x, %c : tensor<?x64xf32>, tensor<64x64xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "encoder.2.v"} -> tensor<?x64xf32>
  // CHECK: {layer = "lm_head", structure = #structlin.dense<reason = "ignored by pattern 'lm_head' of the recipe">}
  %3 = structlin.linear ins(%x, %d : tensor<?x64xf32>, tensor<64x64xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "lm_head"} -> tensor<?x64xf32>
  return
}

// The weight of encoder.1.v, in another function and under another layer's name.
// CHECK-LABEL: func.func @tied
// CHECK: {layer = "tied", structure = #structlin.sparse<2 : 4>}
func.func @tied(%x: tensor<?x64xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %b = structlin.parameter "b" : tensor<64x64xf32>
  %y = structlin.linear ins(%x, %b : tensor<?x64xf32>, tensor<64x64xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "tied"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
