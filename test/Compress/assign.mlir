// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<keep = 0.5>"' \
// RUN:   --remarks-filter='structlin-assign' --remark-policy=all 2> %t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.low_rank<rank = 16>" min-parameters=1' \
// RUN:   | FileCheck %s --check-prefix=RANK
// RUN: structlin-opt %s --structlin-assign='structure="#structlin.dense"' \
// RUN:   | FileCheck %s --check-prefix=DENSE

// CHECK-LABEL: func.func @keep_becomes_rank
// CHECK: structlin.linear {{.*}} {layer = "fc", structure = #structlin.low_rank<rank = 10>}
// REMARK: remark: [Passed] Assigned | Category:structlin-assign | Function=keep_becomes_rank
// REMARK-SAME: layer=fc, structure="#structlin.low_rank<rank = 10>"
// DENSE: structlin.linear {{.*}}structure = #structlin.dense<reason = "chosen by the recipe">
func.func @keep_becomes_rank(%x: tensor<?x32xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %w = structlin.parameter "fc.weight" : tensor<64x32xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<64x32xf32>)
    outs(%init : tensor<?x64xf32>) {layer = "fc"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// CHECK-LABEL: func.func @too_small
// CHECK: structure = #structlin.dense<reason = "128 parameters are fewer than 1024">
// REMARK: remark: [Missed] StaysDense | Category:structlin-assign | Function=too_small
// REMARK-SAME: Reason="128 parameters are fewer than 1024", layer=small.weight
// RANK-LABEL: func.func @too_small
// RANK: structure = #structlin.dense<reason = "rank 16 is above the smaller side of the weight, 8">
func.func @too_small(%x: tensor<?x8xf32>, %init: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %w = structlin.parameter "small.weight" : tensor<16x8xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x8xf32>, tensor<16x8xf32>)
    outs(%init : tensor<?x16xf32>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}

// RANK-LABEL: func.func @stores_more_than_dense
// RANK: structure = #structlin.dense<reason = "#structlin.low_rank<rank = 16> stores 1.000 times the dense parameters">
func.func @stores_more_than_dense(%x: tensor<?x32xf32>, %init: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %w = structlin.parameter "square.weight" : tensor<32x32xf32>
  %y = structlin.linear ins(%x, %w : tensor<?x32xf32>, tensor<32x32xf32>)
    outs(%init : tensor<?x32xf32>) {layer = "square"} -> tensor<?x32xf32>
  return %y : tensor<?x32xf32>
}

// CHECK-LABEL: func.func @on_memrefs
// CHECK: structure = #structlin.dense<reason = "expected the weight as a tensor of static shape, got memref<64x32xf32>">
func.func @on_memrefs(%x: memref<?x32xf32>, %w: memref<64x32xf32>, %y: memref<?x64xf32>) {
  structlin.linear ins(%x, %w : memref<?x32xf32>, memref<64x32xf32>) outs(%y : memref<?x64xf32>)
  return
}
