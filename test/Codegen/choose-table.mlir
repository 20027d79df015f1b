// Measured times are compared with measured ones, and with nothing else.
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 table=%S/Inputs/compared.json" | FileCheck %s
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 table=%S/Inputs/compared.json" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=avx2 table=%S/Inputs/compared.json densify=limit densify-limit=10000000 parameters=random:1 output-parameters=%t.safetensors" | FileCheck %s --check-prefix=FOLD
// RUN: sed 's/"version": 1,/"version": 1, "cpu": "abacus",/' %S/Inputs/compared.json > %t.json
// RUN: structlin-opt %s --structlin-choose="cpu=avx2 table=%t.json" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: [Missed] OtherMachine{{.*}}the table is of times on 'abacus', this is '{{.+}}'

// Both were measured with one token, where dense is faster; with 16 only one was, and
// its schedule is taken for 10, but not its time.
// REMARK: [Missed] SlowerThanDense{{.*}}dense_us=4.00, layer=half, source=table, tokens=1, us=5.00
// REMARK: [Passed] Scheduled{{.*}}layer=half, source=mixed, tokens=10, us={{[1-9]}}
// REMARK: [Passed] Scheduled{{.*}}layer=half, source=model, tokens=128,
// CHECK:  schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 8, unroll = 7>
// CHECK:  schedule = #structlin.cpu_schedule<target = "avx2", rows = 5, cols = 8>
// A range that was not measured reads the weight as it is packed for the others.
// CHECK:  schedule = #structlin.cpu_schedule<target = "avx2", rows = {{[1-9]}}, cols = 8
// The dense product's schedule is a measured one as well.
// FOLD:     schedule = #structlin.cpu_schedule<target = "avx2", rows = 1, cols = 16, unroll = 3>
// FOLD:       structlin.linear
// FOLD-NOT:   structlin.linear
func.func @low_rank(%x: tensor<?x768xf32>, %init: tensor<?x768xf32>) -> tensor<?x768xf32> {
  %u = structlin.parameter "half.U" : tensor<768x192xf32>
  %v = structlin.parameter "half.V" : tensor<192x768xf32>
  %y = structlin.low_rank_matmul ins(%x, %u, %v : tensor<?x768xf32>, tensor<768x192xf32>, tensor<192x768xf32>)
         outs(%init : tensor<?x768xf32>) {layer = "half"} -> tensor<?x768xf32>
  return %y : tensor<?x768xf32>
}
