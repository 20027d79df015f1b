// What the zeros of a stored weight are found to be: n:m, blocks, single entries, or
// nothing worth a structure. Both signs of zero are zero.
// RUN: rm -rf %t && split-file %s %t
// RUN: %python %S/Inputs/safetensors.py write %t/in.safetensors two_of_four.weight:F32:2x8:1,2,0,0,0,3,0,4,5,0,-0.0,6,7,8,0,0 blocks.weight:F32:39x16:blocks/8/8 wide.weight:BF16:2x32:blocks/1/16 single.weight:I8:3x5:0,0,0,0,1,0,0,0,0,0,2,0,0,-3,0 transposed.weight:F32:3x2:1,0,0,2,0,0 pinned.weight:F32:2x6:1,0,0,0,2,3,0,4,0,0,0,5 spare.weight:F16:2x6:0,0,0,0,1,0,0,2,0,0,3,4 full.weight:F32:2x2:1,2,3,4 nearly.weight:F32:2x8:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,0 empty.weight:F32:2x4:zero
// RUN: structlin-opt %t/model.mlir --structlin-assign=recipe=%t/recipe.yaml --structlin-fit='parameters=%t/in.safetensors output-parameters=%t/out.safetensors' --structlin-report=file=%t/report.json -o %t/out.mlir
// RUN: FileCheck %t/model.mlir --input-file=%t/out.mlir
// RUN: %python %S/Inputs/safetensors.py list %t/out.safetensors | FileCheck %s --check-prefix=LIST
// RUN: FileCheck %s --check-prefix=REPORT --input-file=%t/report.json

// LIST-DAG: two_of_four.weight.structure = #structlin.sparse<2 : 4>
// LIST-DAG: blocks.weight.structure = #structlin.block_sparse<block = [8, 8], keep = 0.5>
// LIST-DAG: wide.weight.structure = #structlin.block_sparse<block = [1, 16], keep = 0.5>
// LIST-DAG: single.weight.structure = #structlin.sparse<keep = 0.2>
// LIST-DAG: pinned.weight.structure = #structlin.sparse<2 : 3>
// LIST-DAG: empty.weight.structure = #structlin.sparse<keep = 0.0>
// LIST-DAG: empty.weight.values F32 0
// LIST-DAG: full.weight F32 2x2

// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors two_of_four.weight.values | FileCheck %s --check-prefix=NM-VALUES
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors two_of_four.weight.indices | FileCheck %s --check-prefix=NM-INDICES
// NM-VALUES: F32 2x2x2 [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
// NM-INDICES: I8 2x2x2 [0, 1, 1, 3, 0, 3, 0, 1]

// The last block row is padded with zeros.
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors blocks.weight.values | FileCheck %s --check-prefix=BLOCK-VALUES
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors blocks.weight.indices | FileCheck %s --check-prefix=BLOCK-INDICES
// BLOCK-VALUES: F32 5x8x8 [1.0, 2.0, 3.0, 1.0, {{.*}}, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
// BLOCK-INDICES: I32 5 [0, 1, 0, 1, 0]

// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors single.weight.values | FileCheck %s --check-prefix=SINGLE-VALUES
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors single.weight.indices | FileCheck %s --check-prefix=SINGLE-INDICES
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors single.weight.offsets | FileCheck %s --check-prefix=SINGLE-OFFSETS
// SINGLE-VALUES: I8 3 [1, 2, -3]
// SINGLE-INDICES: I32 3 [4, 0, 3]
// SINGLE-OFFSETS: I32 4 [0, 1, 1, 3]

// Slots that no entry needs take the first zeros of their group, those beyond the
// last column included: positions rise.
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors spare.weight.values | FileCheck %s --check-prefix=SPARE-VALUES
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors spare.weight.indices | FileCheck %s --check-prefix=SPARE-INDICES
// SPARE-VALUES: F16 2x2x3 [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 3.0, 4.0, 0.0]
// SPARE-INDICES: I8 2x2x3 [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]

// The parameter is stored as (in, out), the layer's weight is its transpose.
// RUN: %python %S/Inputs/safetensors.py print %t/out.safetensors transposed.weight.indices | FileCheck %s --check-prefix=TRANSPOSED
// TRANSPOSED: I32 2 [0, 1]

// REPORT: "name": "two_of_four",
// REPORT: "name": "full",
// REPORT: "reason": "it has no zeros",
// REPORT: "name": "nearly",
// REPORT: "reason": "only 1 of its 16 entries are zero",

//--- recipe.yaml
layers:
  - match: "pinned"
    format: sparse
    structure: "#structlin.sparse<2 : 3>"
  - match: "spare"
    format: sparse
    structure: "#structlin.sparse<3 : 4>"
  - match: "*"
    format: sparse

//--- model.mlir
// CHECK-LABEL: func.func @model
func.func @model(%x8: tensor<?x8xf32>, %x4: tensor<?x4xf32>, %x5: tensor<?x5xi8>, %x3: tensor<?x3xf32>, %x6: tensor<?x6xf32>,
                 %x2: tensor<?x2xf32>, %i2: tensor<?x2xf32>, %i3: tensor<?x3xi32>, %i39: tensor<?x39xf32>, %x32: tensor<?x32xf32>, %x16: tensor<?x16xf32>) {
  %a = structlin.parameter "two_of_four.weight" : tensor<2x8xf32>
  %b = structlin.parameter "blocks.weight" : tensor<39x16xf32>
  %c = structlin.parameter "wide.weight" : tensor<2x32xbf16>
  %d = structlin.parameter "single.weight" : tensor<3x5xi8>
  %e = structlin.parameter "transposed.weight" : tensor<3x2xf32>
  %f = structlin.parameter "pinned.weight" : tensor<2x6xf32>
  %g = structlin.parameter "spare.weight" : tensor<2x6xf16>
  %h = structlin.parameter "full.weight" : tensor<2x2xf32>
  %i = structlin.parameter "nearly.weight" : tensor<2x8xf32>
  %j = structlin.parameter "empty.weight" : tensor<2x4xf32>
  %empty = tensor.empty() : tensor<2x3xf32>
  %et = linalg.transpose ins(%e : tensor<3x2xf32>) outs(%empty : tensor<2x3xf32>) permutation = [1, 0]
  // CHECK: structlin.sparse_matmul {{.*}} {group = 4 : i64, layer = "two_of_four"}
  %0 = structlin.linear ins(%x8, %a : tensor<?x8xf32>, tensor<2x8xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "two_of_four"} -> tensor<?x2xf32>
  // CHECK: structlin.block_sparse_matmul {{.*}} {layer = "blocks"}
  %1 = structlin.linear ins(%x16, %b : tensor<?x16xf32>, tensor<39x16xf32>) outs(%i39 : tensor<?x39xf32>) {layer = "blocks"} -> tensor<?x39xf32>
  // CHECK: structlin.block_sparse_matmul {{.*}} {layer = "wide"}
  %2 = structlin.linear ins(%x32, %c : tensor<?x32xf32>, tensor<2x32xbf16>) outs(%i2 : tensor<?x2xf32>) {layer = "wide"} -> tensor<?x2xf32>
  // CHECK: structlin.sparse_matmul {{.*}} {layer = "single"}
  %3 = structlin.linear ins(%x5, %d : tensor<?x5xi8>, tensor<3x5xi8>) outs(%i3 : tensor<?x3xi32>) {layer = "single"} -> tensor<?x3xi32>
  %4 = structlin.linear ins(%x3, %et : tensor<?x3xf32>, tensor<2x3xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "transposed"} -> tensor<?x2xf32>
  // CHECK: structlin.sparse_matmul {{.*}} {group = 3 : i64, layer = "pinned"}
  %5 = structlin.linear ins(%x6, %f : tensor<?x6xf32>, tensor<2x6xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "pinned"} -> tensor<?x2xf32>
  %6 = structlin.linear ins(%x6, %g : tensor<?x6xf32>, tensor<2x6xf16>) outs(%i2 : tensor<?x2xf32>) {layer = "spare"} -> tensor<?x2xf32>
  // CHECK: structlin.linear {{.*}} {layer = "full", structure = #structlin.dense<reason = "it has no zeros">}
  %7 = structlin.linear ins(%x2, %h : tensor<?x2xf32>, tensor<2x2xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "full"} -> tensor<?x2xf32>
  // CHECK: structlin.linear {{.*}} {layer = "nearly", structure = #structlin.dense<reason = "only 1 of its 16 entries are zero">}
  %8 = structlin.linear ins(%x8, %i : tensor<?x8xf32>, tensor<2x8xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "nearly"} -> tensor<?x2xf32>
  // CHECK: structlin.sparse_matmul {{.*}} {layer = "empty"}
  %9 = structlin.linear ins(%x4, %j : tensor<?x4xf32>, tensor<2x4xf32>) outs(%i2 : tensor<?x2xf32>) {layer = "empty"} -> tensor<?x2xf32>
  return
}
