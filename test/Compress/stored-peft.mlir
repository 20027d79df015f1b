// PEFT adapters over a sparse base (3BASiL): the scale goes into lora_B where no
// product is rounded, in a wider type where needed.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors one.base_layer.weight:BF16:2x4:0,0,0,5,6,0,0,0 one.lora_B.weight:BF16:2x1:1,3 one.lora_A.weight:BF16:1x4:1,2,3,4 half.base_layer.weight:BF16:2x4:0,0,0,5,6,0,0,0 half.lora_B.weight:BF16:2x1:1,3 half.lora_A.weight:F32:1x4:1,2,3,4 wide.weight:BF16:2x4:0,0,0,5,6,0,0,0 base.wide.lora_B.weight:BF16:2x1:129,255 base.wide.lora_A.weight:BF16:1x4:1,2,3,4
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' | FileCheck %t/model.mlir
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors one.weight.U | FileCheck %s --check-prefix=ONE
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors half.weight.U | FileCheck %s --check-prefix=HALF
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors wide.weight.U | FileCheck %s --check-prefix=WIDE
// ONE: BF16 2x1 [1.0, 3.0]
// HALF: BF16 2x1 [0.5, 1.5]
// WIDE: F32 2x1 [193.5, 382.5]

//--- recipe.yaml
layers:
  - match: "one"
    format: peft
    scale: 1
  - match: "half"
    format: peft
    adapter_config: adapter_config.json
  - match: "wide"
    format: peft
    scale: 1.5
    tensors:
      base: "{weight}"
      lora_A: "base.{layer}.lora_A.weight"
      lora_B: "base.{layer}.lora_B.weight"

//--- adapter_config.json
{"peft_type": "LORA", "r": 4, "lora_alpha": 1, "use_rslora": true, "use_dora": false, "rank_pattern": {}}

//--- model.mlir
func.func @model(%x: tensor<?x4xbf16>, %i: tensor<?x2xf32>) {
  %a = structlin.parameter "one.weight" : tensor<2x4xbf16>
  %b = structlin.parameter "half.weight" : tensor<2x4xbf16>
  %c = structlin.parameter "wide.weight" : tensor<2x4xbf16>
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} {group = 4 : i64, layer = "one", mid = bf16}
  %0 = structlin.linear ins(%x, %a : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "one"} -> tensor<?x2xf32>
  // A part that is wider than the weight keeps its inner results wide.
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} {group = 4 : i64, layer = "half"}
  %1 = structlin.linear ins(%x, %b : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "half"} -> tensor<?x2xf32>
  // CHECK: structlin.low_rank_sparse_matmul {{.*}} tensor<2x1xf32>, {{.*}} {group = 4 : i64, layer = "wide"}
  %2 = structlin.linear ins(%x, %c : tensor<?x4xbf16>, tensor<2x4xbf16>) outs(%i : tensor<?x2xf32>) {layer = "wide"} -> tensor<?x2xf32>
  return
}
