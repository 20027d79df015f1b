// Products are measured, and what was measured is used.
// RUN: rm -rf %t && mkdir -p %t
// DEFINE: %{tune} = structlin-tune %s --num-threads=1 --limit=2 --rounds=1 --seconds=0.001
// RUN: %{tune} --tokens=1,16 --hot --output=%t/table.json | FileCheck %s --check-prefix=LINES
// LINES:      {{^}}fc1 low_rank_matmul 96->128 f32 f32 f32 -> f32 keep=0.292 m=1: 1x{{.*}} us, dense 1x{{.*}} us, ratio {{[0-9.]+$}}
// LINES-NEXT: {{^}}fc1 low_rank_matmul {{.*}} m=16:
// LINES-NEXT: {{^}}fc2 block_sparse_matmul 128->64 f32 f32 i32 i32 -> f32 keep=0.500 m=1:
// LINES-NEXT: {{^}}fc2 block_sparse_matmul {{.*}} m=16:
// LINES-NEXT: {{^}}open: not measured: its factors are not all parameters
// LINES-NEXT: {{^}}int linear 64->64 i8 i8 -> i32 keep=1.000 m=16: {{[^,]*}} us
// LINES-NEXT: {{^}}9 entries, cpu {{.*}}, threads 1, load

// A second run adds to the table, and times of the same products are replaced. Weights
// are cold unless it is said that they are hot.
// RUN: %{tune} --tokens=16,40 --output=%t/table.json | FileCheck %s --check-prefix=MORE
// MORE: {{^}}13 entries
// RUN: structlin-opt %s --structlin-group --structlin-choose="cpu=native table=%t/table.json" --remarks-filter=structlin-choose -o /dev/null 2>&1 | FileCheck %s --check-prefix=CHOOSE
// CHOOSE-NOT: OtherMachine
// CHOOSE:     layer=fc1, source=table, tokens=1,
// CHOOSE:     layer=fc1, source=table, tokens=10,
// CHOOSE:     layer=fc1, source=model, tokens=128,

// Results do not depend on the table: integers to the last bit.
// DEFINE: %{run} = structlin-run %s --inputs=random:1 --parameters=random:2 --lowering=kernels
// RUN: %{run} --entry=f --dynamic-size=16 --outputs=%t/chosen.npy
// RUN: %{run} --entry=f --dynamic-size=16 --outputs=%t/tuned.npy --table=%t/table.json
// RUN: %python -c "import numpy as n, sys; a, b = map(n.load, sys.argv[1:]); assert abs(a - b).max() <= 1e-5 * abs(a).max()" %t/chosen.npy %t/tuned.npy
// RUN: %{run} --entry=integers --outputs=%t/chosen.npy
// RUN: %{run} --entry=integers --outputs=%t/tuned.npy --table=%t/table.json
// RUN: cmp %t/chosen.npy %t/tuned.npy

// What is wrong is said; a table that cannot be read is not replaced.
// RUN: echo '{"version": 1, "entries": [{"target": "vax"}]}' > %t/bad.json
// RUN: cp %t/bad.json %t/copy.json
// RUN: not %{tune} --output=%t/bad.json 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: cmp %t/bad.json %t/copy.json
// TABLE: error: {{.*}}bad.json: missing value at table.entries[0].kernel
// RUN: not structlin-run %s --entry=f --inputs=random:1 --parameters=random:2 --table=%t/bad.json 2>&1 | FileCheck %s --check-prefix=TABLE
// RUN: sed 's/"cpu": "[^"]*"/"cpu": "abacus"/' %t/table.json > %t/other.json
// RUN: not %{tune} --output=%t/other.json 2>&1 | FileCheck %s --check-prefix=OTHER
// OTHER: error: '{{.*}}other.json': expected a table of '{{.+}}', got one of 'abacus'
// RUN: not %{tune} --output=%t/new.json --cpu=vax 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: expected a CPU of native, avx2, avx512, avx512_bf16, amx or neon, got 'vax'
// RUN: not %{tune} --output=%t/new.json --tokens=4,0 2>&1 | FileCheck %s --check-prefix=TOKENS
// TOKENS: error: expected numbers of tokens from 1 on, got 0
// RUN: not %{tune} --output=%t/new.json --parameters=%t/none 2>&1 | FileCheck %s --check-prefix=SOURCE
// SOURCE: error: {{.*}}none
// RUN: not ls %t/new.json

func.func @f(%x: tensor<?x96xf32>) -> tensor<?x64xf32> {
  %u = structlin.parameter "fc1.U" : tensor<128x16xf32>
  %v = structlin.parameter "fc1.V" : tensor<16x96xf32>
  %values = structlin.parameter "fc2.values" : tensor<16x16x16xf32>
  %indices = structlin.parameter "fc2.indices" = dense<[0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 0, 2, 4, 6]> : tensor<16xi32>
  %offsets = structlin.parameter "fc2.offsets" = dense<[0, 4, 8, 12, 16]> : tensor<5xi32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e1 = tensor.empty(%m) : tensor<?x128xf32>
  %i1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?x128xf32>) -> tensor<?x128xf32>
  %h = structlin.low_rank_matmul
         ins(%x, %u, %v : tensor<?x96xf32>, tensor<128x16xf32>, tensor<16x96xf32>)
         outs(%i1 : tensor<?x128xf32>) {layer = "fc1"} -> tensor<?x128xf32>
  %e2 = tensor.empty(%m) : tensor<?x64xf32>
  %i2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<?x64xf32>) -> tensor<?x64xf32>
  %y = structlin.block_sparse_matmul
         ins(%h, %values, %indices, %offsets : tensor<?x128xf32>, tensor<16x16x16xf32>, tensor<16xi32>,
             tensor<5xi32>)
         outs(%i2 : tensor<?x64xf32>) {layer = "fc2"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// A pattern of which nothing is known but how many blocks there are: that of another
// layer of this kind, which was measured above.
func.func @like(%x: tensor<?x128xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %values = structlin.parameter "fc3.values" : tensor<16x16x16xf32>
  %indices = structlin.parameter "fc3.indices" : tensor<16xi32>
  %offsets = structlin.parameter "fc3.offsets" : tensor<5xi32>
  %y = structlin.block_sparse_matmul
         ins(%x, %values, %indices, %offsets : tensor<?x128xf32>, tensor<16x16x16xf32>, tensor<16xi32>,
             tensor<5xi32>)
         outs(%init : tensor<?x64xf32>) {layer = "fc3"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

func.func @open(%x: tensor<?x64xf32>, %w: tensor<64x64xf32>, %init: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = structlin.linear ins(%x, %w : tensor<?x64xf32>, tensor<64x64xf32>)
         outs(%init : tensor<?x64xf32>) {layer = "open"} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

func.func @integers(%x: tensor<16x64xi8>, %init: tensor<16x64xi32>) -> tensor<16x64xi32> {
  %w = structlin.parameter "int.weight" : tensor<64x64xi8>
  %y = structlin.linear ins(%x, %w : tensor<16x64xi8>, tensor<64x64xi8>)
         outs(%init : tensor<16x64xi32>) {layer = "int"} -> tensor<16x64xi32>
  return %y : tensor<16x64xi32>
}
